output "role_arn" {
  description = "What the callers have as INVOKER_ROLE_ARN."
  value       = aws_iam_role.invoker.arn
}

output "api_id" {
  description = "What the callers have as API_ID."
  value       = aws_api_gateway_rest_api.predict.id
}

output "invoke_url" {
  description = "The stage. Callers may have it as API_URL, in place of API_ID."
  value       = aws_api_gateway_stage.prod.invoke_url
}

output "region" {
  description = "What the callers have as AWS_REGION."
  value       = var.region
}
