output "id" {
  description = "The id of the API, once its stage is there."
  value       = aws_api_gateway_stage.this.rest_api_id
}
