output "id" {
  description = "The id of the instance."
  value       = aws_instance.this.id
}
