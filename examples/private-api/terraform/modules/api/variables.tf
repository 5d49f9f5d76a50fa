variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "vpc_endpoint_ids" {
  description = "The endpoints through which the API is reached; each gives it an alias."
  type        = list(string)

  validation {
    condition     = length(var.vpc_endpoint_ids) > 0
    error_message = "A private API is reached through an endpoint, and no other way: give at least one."
  }
}

variable "functions_folder" {
  description = "Where npm run build has put the functions."
  type        = string
}

variable "stage" {
  description = "The stage, which the callers have as the first segment of the path."
  type        = string
  default     = "api"
}

variable "log_retention_days" {
  description = "How long the functions' logs are kept."
  type        = number
  default     = 14
}
