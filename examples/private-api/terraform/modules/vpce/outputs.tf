output "id" {
  description = "The id of the endpoint."
  value       = aws_vpc_endpoint.execute_api.id
}

output "dns_name" {
  description = "The name of the endpoint in all its zones; those of one zone have the zone in them."
  value = one([
    for entry in aws_vpc_endpoint.execute_api.dns_entry : entry.dns_name
    if can(regex("^vpce-[0-9a-f]+-[0-9a-z]+[.]execute-api[.]", entry.dns_name))
  ])
}
