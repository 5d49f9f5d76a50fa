# The model: a Lambda function of one bundled file, its role, its log group, and the API's permission to call it.

data "archive_file" "predict" {
  type        = "zip"
  source_file = "${path.module}/../../dist/predict/index.mjs"
  output_path = "${path.module}/../../dist/predict.zip"
}

resource "aws_lambda_function" "predict" {
  function_name    = "predict"
  role             = aws_iam_role.function.arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = data.archive_file.predict.output_path
  source_code_hash = data.archive_file.predict.output_base64sha256
  memory_size      = 256
  timeout          = 10

  # Else Lambda would make a log group of its own at the first call, which keeps everything for ever.
  depends_on = [aws_cloudwatch_log_group.predict]
}

resource "aws_cloudwatch_log_group" "predict" {
  name              = "/aws/lambda/predict"
  retention_in_days = 14
}

resource "aws_iam_role" "function" {
  name               = "predict-function"
  assume_role_policy = templatefile("${path.module}/policies/function-trust.json.tftpl", {})
}

resource "aws_iam_role_policy" "function" {
  name = "write-logs"
  role = aws_iam_role.function.name
  policy = templatefile("${path.module}/policies/function-logs.json.tftpl", {
    log_group_arn = aws_cloudwatch_log_group.predict.arn
  })
}

resource "aws_lambda_permission" "api" {
  statement_id  = "api-gateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.predict.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.predict.execution_arn}/prod/POST/predict"
}
