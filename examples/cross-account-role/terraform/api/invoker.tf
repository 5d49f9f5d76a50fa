# The role that callers assume: who may (its trust), and what they may then do (its policy).

locals {
  callers = {
    local_caller_arn  = var.local_caller_arn
    remote_caller_arn = var.remote_caller_arn
  }
}

resource "aws_iam_role" "invoker" {
  name                 = "predict-invoker"
  max_session_duration = 3600

  assume_role_policy = (
    var.external_id == null
    ? templatefile("${path.module}/policies/invoker-trust.json.tftpl", local.callers)
    : templatefile("${path.module}/policies/invoker-trust-external-id.json.tftpl", merge(local.callers, { external_id = var.external_id }))
  )
}

resource "aws_iam_role_policy" "invoker" {
  name = "call-predict"
  role = aws_iam_role.invoker.name
  policy = templatefile("${path.module}/policies/invoker-permissions.json.tftpl", {
    api_arn = aws_api_gateway_rest_api.predict.execution_arn
  })
}
