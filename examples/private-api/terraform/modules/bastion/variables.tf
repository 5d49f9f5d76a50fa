variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "vpc_id" {
  description = "The VPC that the bastion is in."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the VPC: the bastion is in the first, the service endpoints in all."
  type        = list(string)
}

variable "service_endpoints" {
  description = "Whether to make the endpoints for Session Manager and S3. Without them the bastion goes out by port 443, through what the VPC has."
  type        = bool
}

variable "callers_folder" {
  description = "Where npm run build has put the programs that call the API."
  type        = string
}

variable "environment" {
  description = "What login shells of the bastion have in their environment."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.environment) : can(regex("^[0-9A-Za-z._-]+$", value))])
    error_message = "A value has characters that a shell reads as more than text."
  }
}
