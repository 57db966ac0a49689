variable "cell" {
  description = "Name of the cell, the prefix of every name: letters, digits, hyphens."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,19}$", var.cell))
    error_message = "3 to 20 lower-case letters, digits and hyphens, with a letter first."
  }
}

variable "region" {
  description = "Region of the cell whose copies these are."
  type        = string
  validation {
    condition     = contains(["us-east-1", "us-east-2", "us-west-1", "us-west-2"], var.region)
    error_message = "Health records stay in the United States: us-east-1, us-east-2, us-west-1 or us-west-2."
  }
}

variable "far_region" {
  description = "Another region of the United States, for the second copies."
  type        = string
  validation {
    condition     = contains(["us-east-1", "us-east-2", "us-west-1", "us-west-2"], var.far_region) && var.far_region != var.region
    error_message = "Another region of the United States than the cell's."
  }
}

variable "backup_account_id" {
  description = "This account: it holds copies and nothing else."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.backup_account_id))
    error_message = "An AWS account id has twelve digits."
  }
}

variable "account_id" {
  description = "The account of the cell, which may hand copies over."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id)) && var.account_id != var.backup_account_id
    error_message = "Twelve digits, and another account than this one."
  }
}

variable "alert_mails" {
  description = "Mail addresses that hear when a second copy is missing."
  type        = list(string)

  validation {
    condition     = length(var.alert_mails) > 0
    error_message = "Somebody must hear of it."
  }
}
