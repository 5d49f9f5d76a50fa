variable "region" {
  description = "Where all of it is: the VPC, its endpoint, the API."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is not one of AWS, such as us-east-1."
  }
}

variable "name" {
  description = "What the names of all parts begin with."
  type        = string
  default     = "private-api"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "The name has 3 to 20 characters: lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "vpc_id" {
  description = "A VPC that is there already, from which the API is called."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "This is not the id of a VPC, vpc- and hexadecimal digits."
  }
}

variable "subnet_ids" {
  description = "Private subnets of that VPC, of different availability zones. The endpoint is in all of them, the bastion in the first."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0 && alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "Give at least one id of a subnet, subnet- and hexadecimal digits."
  }

  validation {
    condition     = length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "A subnet is there more than once."
  }
}

variable "service_endpoints" {
  description = "Whether to make the endpoints by which the bastion reaches Session Manager and S3. False for a VPC that has them, or a NAT gateway."
  type        = bool
  default     = true
}
