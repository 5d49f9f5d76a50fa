# A regional REST API made of an OpenAPI file, its stage, and a user who may call one method of it.

locals {
  # The file that the gate loads too. `file` leaves it as it is, byte for byte.
  openapi = file("${path.module}/../openapi.json")
}

resource "aws_api_gateway_rest_api" "this" {
  # The title of the file; another name here would be changed back and forth.
  name = jsondecode(local.openapi).info.title
  body = local.openapi

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

# A deployment is a picture of the API as it was. A change of the file needs another one, made before the old one goes.
resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  triggers = {
    redeployment = sha256(aws_api_gateway_rest_api.this.body)
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = "PROD"

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.access

    content {
      destination_arn = access_log_settings.value.arn
      format = jsonencode({
        requestId = "$context.requestId"
        time      = "$context.requestTime"
        caller    = "$context.identity.userArn"
        sourceIp  = "$context.identity.sourceIp"
        method    = "$context.httpMethod"
        path      = "$context.path"
        status    = "$context.status"
        error     = "$context.error.message"
      })
    }
  }
}

# Only where it is asked for: see the variable.
resource "aws_cloudwatch_log_group" "access" {
  count = var.access_logs ? 1 : 0

  name              = "/aws/apigateway/${aws_api_gateway_rest_api.this.id}/PROD"
  retention_in_days = 30
}

# The caller. Its access key is made by hand, so that no secret is in Terraform's state.
resource "aws_iam_user" "api_caller" {
  name = "api-caller"

  # Keys that Terraform did not make would keep the user from being deleted.
  force_destroy = true
}

resource "aws_iam_user_policy" "invoke_get_path1" {
  name = "invoke-get-path1"
  user = aws_iam_user.api_caller.name
  policy = templatefile("${path.module}/policies/invoke-get-path1.json.tftpl", {
    stage_arn = aws_api_gateway_stage.prod.execution_arn
  })
}
