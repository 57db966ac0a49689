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

variable "brands" {
  description = "The practices of the cell: domain and Route 53 zone of each."
  type        = map(object({ domain = string, zone_id = string }))
}

variable "ground_key_arn" {
  description = "Key of the notices."
  type        = string
}

variable "mail_bucket" {
  description = "Bucket of incoming mail."
  type        = string
}

variable "hook_url" {
  description = "Address of the program that takes SNS messages."
  type        = string
}

variable "inbound" {
  description = "Take mail in: one receipt rule set an account and region may be active."
  type        = bool
}

variable "sms_number" {
  description = "Order a toll-free number. Its verification takes up to three weeks: start early."
  type        = bool
}
