variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "account_id" {
  description = "The account of the cell."
  type        = string
}

variable "data_key_arn" {
  description = "Key of the documents."
  type        = string
}

variable "ground_key_arn" {
  description = "Key of incoming mail and the trail."
  type        = string
}
