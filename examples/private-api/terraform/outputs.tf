output "api_id" {
  description = "GWY_ID of the callers."
  value       = module.api.id
}

output "bastion_id" {
  description = "The instance to start a session on."
  value       = module.bastion.id
}

output "developer" {
  description = "The IAM user to make long-term keys for."
  value       = aws_iam_user.developer.name
}

output "endpoint_id" {
  description = "VPC_ENDPOINT of the callers, for the alias."
  value       = module.vpce.id
}

output "endpoint_dns_name" {
  description = "VPC_ENDPOINT of the callers, for the endpoint's own name."
  value       = module.vpce.dns_name
}
