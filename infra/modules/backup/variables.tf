variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "account_id" {
  description = "The account of the cell."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of this account's vault."
  type        = string
}

variable "copy_vault_arn" {
  description = "The locked vault of the backup account."
  type        = string
}

variable "resources" {
  description = "What is saved: the database cluster and the documents."
  type        = list(string)
}
