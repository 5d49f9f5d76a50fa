# The functions behind the routes, each with a role that may do nothing but write its own log.

data "archive_file" "function" {
  for_each = local.routes

  type        = "zip"
  source_file = "${var.functions_folder}/${each.key}.mjs"
  output_path = "${var.functions_folder}/${each.key}.zip"
}

resource "aws_lambda_function" "route" {
  for_each = local.routes

  function_name    = "${var.name}-${each.key}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "${each.key}.handler"
  filename         = data.archive_file.function[each.key].output_path
  source_code_hash = data.archive_file.function[each.key].output_base64sha256

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.routes

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "function" {
  for_each = local.routes

  name               = "${var.name}-${each.key}"
  assume_role_policy = file("${path.module}/policies/trust.json")
}

resource "aws_iam_role_policy" "function" {
  for_each = local.routes

  name = "logs"
  role = aws_iam_role.function[each.key].id

  policy = templatefile("${path.module}/policies/logs.json.tftpl", {
    log_group_arn = aws_cloudwatch_log_group.function[each.key].arn
  })
}

resource "aws_lambda_permission" "route" {
  for_each = local.routes

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.route[each.key].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage}/${each.value.method}${each.value.path}"
}
