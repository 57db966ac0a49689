variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "region" {
  description = "Region of the cell."
  type        = string
}

variable "account_id" {
  description = "The account of the cell."
  type        = string
}

variable "backup_account_id" {
  description = "The account that holds the copies, and nothing else."
  type        = string
}

variable "role_names" {
  description = "Names of the roles, by what they are for."
  type        = map(string)
}
