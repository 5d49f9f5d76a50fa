# The private REST API. Its methods ask for no authorization: who may come in is decided at the endpoint.

locals {
  # By function.
  routes = {
    index = { method = "GET", path = "/" }
    greet = { method = "POST", path = "/greet" }
  }

  resource_ids = {
    "/"      = aws_api_gateway_rest_api.this.root_resource_id
    "/greet" = aws_api_gateway_resource.greet.id
  }

  policy = templatefile("${path.module}/policies/api.json.tftpl", {
    execution_arn    = aws_api_gateway_rest_api.this.execution_arn
    stage            = var.stage
    vpc_endpoint_ids = var.vpc_endpoint_ids
  })
}

resource "aws_api_gateway_rest_api" "this" {
  name = var.name

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = var.vpc_endpoint_ids
  }
}

resource "aws_api_gateway_rest_api_policy" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  policy      = local.policy
}

resource "aws_api_gateway_resource" "greet" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = "greet"
}

resource "aws_api_gateway_method" "route" {
  for_each = local.routes

  rest_api_id   = aws_api_gateway_rest_api.this.id
  resource_id   = local.resource_ids[each.value.path]
  http_method   = each.value.method
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "route" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = local.resource_ids[each.value.path]
  http_method             = aws_api_gateway_method.route[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.route[each.key].invoke_arn
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  # A policy, too, holds from the deployment that comes after it.
  triggers = {
    redeployment = sha1(jsonencode([
      local.policy,
      local.resource_ids,
      aws_api_gateway_rest_api.this.endpoint_configuration,
      aws_api_gateway_method.route,
      aws_api_gateway_integration.route,
    ]))
  }

  depends_on = [aws_api_gateway_rest_api_policy.this]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = var.stage
}
