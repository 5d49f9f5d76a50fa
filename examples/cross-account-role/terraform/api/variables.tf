variable "region" {
  description = "Where the API is. Callers sign for this region."
  type        = string
  default     = "eu-west-1"

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is not of the form eu-west-1."
  }
}

variable "local_caller_arn" {
  description = "Who may assume the role in the API's own account: the ARN of a user or role, or of the account's root for everybody whose own policies allow it."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(user|role)/[\\w+=,.@/-]+)$", var.local_caller_arn))
    error_message = "The caller is not of the form arn:aws:iam::111122223333:user/name. A session (arn:aws:sts::…) ends; name its role."
  }
}

variable "remote_caller_arn" {
  description = "Who may assume the role in another account: the ARN of a user or role, or of that account's root."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(user|role)/[\\w+=,.@/-]+)$", var.remote_caller_arn))
    error_message = "The caller is not of the form arn:aws:iam::444455556666:user/name. A session (arn:aws:sts::…) ends; name its role."
  }
}

variable "external_id" {
  description = "What the caller of the other account must say when it assumes the role. Without one it need not say anything."
  type        = string
  default     = null

  validation {
    condition     = var.external_id == null ? true : can(regex("^[\\w+=,.@:/-]{2,}$", var.external_id)) && length(var.external_id) <= 1224
    error_message = "An external id has 2 to 1224 letters, digits and characters of _+=,.@:/-"
  }
}
