variable "cell" {
  description = "Name of the cell, the prefix of every name: letters, digits, hyphens."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,19}$", var.cell))
    error_message = "3 to 20 lower-case letters, digits and hyphens, with a letter first."
  }
}

variable "region" {
  description = "Region of the state's bucket."
  type        = string
  validation {
    condition     = contains(["us-east-1", "us-east-2", "us-west-1", "us-west-2"], var.region)
    error_message = "Health records stay in the United States: us-east-1, us-east-2, us-west-1 or us-west-2."
  }
}

variable "account_id" {
  description = "The account whose state this is."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has twelve digits."
  }
}
