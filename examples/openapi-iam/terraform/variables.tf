variable "region" {
  description = "Where the API is. Callers sign for this region."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is not of the form eu-central-1."
  }
}

variable "access_logs" {
  description = "Write a line of each call to CloudWatch Logs. API Gateway needs a role for that first, once in each account and region: its setting cloudwatchRoleArn."
  type        = bool
  default     = false
}
