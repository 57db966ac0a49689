variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "account_id" {
  description = "The account of the cell."
  type        = string
}
