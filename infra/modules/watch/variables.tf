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

variable "ground_key_arn" {
  description = "Key of the notices."
  type        = string
}

variable "alert_mails" {
  description = "Mail addresses that alarms go to."
  type        = list(string)
}

variable "alert_phones" {
  description = "Telephones that urgent alarms go to by SMS, as +15615550100."
  type        = list(string)
}

variable "log_groups" {
  description = "Log groups of the processes, by name."
  type        = map(string)
}

variable "cluster_name" {
  description = "The ECS cluster."
  type        = string
}

variable "database_id" {
  description = "The database cluster."
  type        = string
}

variable "balancer_suffix" {
  description = "The balancer's name in metrics."
  type        = string
}

variable "target_group_suffix" {
  description = "The target group's name in metrics."
  type        = string
}

variable "backup_vault" {
  description = "The vault of this account."
  type        = string
}

variable "trail_bucket" {
  description = "Bucket of the trail."
  type        = string
}

variable "data_bucket_arns" {
  description = "Buckets whose every read and write is trailed."
  type        = list(string)
}

variable "documents_bucket" {
  description = "Bucket that is scanned for malware."
  type        = string
}

variable "data_key_arn" {
  description = "Key of that bucket."
  type        = string
}

variable "monthly_budget" {
  description = "Dollars a month; a notice at 80 % and when it is forecast to be passed."
  type        = number
}

variable "account_wide" {
  description = "This cell carries what an account has once: trail, GuardDuty, budget."
  type        = bool
}
