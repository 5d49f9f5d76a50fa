# In the account of a caller: a user, and the policy by which this account lets it assume the role of the other.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0, < 7.0"
    }
  }
}

# IAM has no regions; the provider wants one all the same.
provider "aws" {
  region = "eu-west-1"
}

variable "user_name" {
  description = "The name of the user that is made."
  type        = string
  default     = "shop"

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.user_name))
    error_message = "A user name has 1 to 64 letters, digits and characters of _+=,.@-"
  }
}

variable "role_arn" {
  description = "The role that the user may assume. It need not be there yet."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+$", var.role_arn))
    error_message = "The role is not of the form arn:aws:iam::111122223333:role/predict-invoker."
  }
}

# Its access key is made by hand, so that no secret is in Terraform's state.
resource "aws_iam_user" "caller" {
  name = var.user_name

  # Keys that Terraform did not make would keep the user from being deleted.
  force_destroy = true
}

resource "aws_iam_user_policy" "caller" {
  name = "assume-predict-invoker"
  user = aws_iam_user.caller.name
  policy = templatefile("${path.module}/policies/assume-invoker.json.tftpl", {
    role_arn = var.role_arn
  })
}

output "caller_arn" {
  description = "Whom the role must trust: remote_caller_arn of the API's account."
  value       = aws_iam_user.caller.arn
}

output "user_name" {
  description = "Whose access key the caller uses."
  value       = aws_iam_user.caller.name
}
