# A regional REST API with one method, POST /predict, which only callers with a signature of AWS IAM may call.

resource "aws_api_gateway_rest_api" "predict" {
  name = "predict"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "predict" {
  rest_api_id = aws_api_gateway_rest_api.predict.id
  parent_id   = aws_api_gateway_rest_api.predict.root_resource_id
  path_part   = "predict"
}

resource "aws_api_gateway_method" "predict" {
  rest_api_id   = aws_api_gateway_rest_api.predict.id
  resource_id   = aws_api_gateway_resource.predict.id
  http_method   = "POST"
  authorization = "AWS_IAM"
}

resource "aws_api_gateway_integration" "predict" {
  rest_api_id             = aws_api_gateway_rest_api.predict.id
  resource_id             = aws_api_gateway_resource.predict.id
  http_method             = aws_api_gateway_method.predict.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.predict.invoke_arn
}

# A deployment is a picture of the API as it was. Whatever changes above needs another one, made before the old one goes.
resource "aws_api_gateway_deployment" "prod" {
  rest_api_id = aws_api_gateway_rest_api.predict.id

  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_resource.predict.path_part,
      aws_api_gateway_method.predict.http_method,
      aws_api_gateway_method.predict.authorization,
      aws_api_gateway_integration.predict.type,
      aws_api_gateway_integration.predict.uri,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.predict.id
  deployment_id = aws_api_gateway_deployment.prod.id
  stage_name    = "prod"
}
