variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "vpc_id" {
  description = "The VPC that the endpoint is for."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets that get an address of the endpoint, one for an availability zone."
  type        = list(string)
}
