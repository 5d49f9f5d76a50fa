output "url" {
  description = "What the callers have as API_URL."
  value       = aws_api_gateway_stage.prod.invoke_url
}

output "api_id" {
  description = "The first part of the API's name."
  value       = aws_api_gateway_rest_api.this.id
}

output "region" {
  description = "What the callers have as AWS_REGION."
  value       = var.region
}

output "user" {
  description = "The user who may call the API."
  value       = aws_iam_user.api_caller.name
}
