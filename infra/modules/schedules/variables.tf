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

variable "cluster_arn" {
  description = "The ECS cluster."
  type        = string
}

variable "families" {
  description = "Task definitions to start, without their revisions: worker and drill."
  type        = map(string)
}

variable "role_names" {
  description = "Names of the roles, by what they are for."
  type        = map(string)
}

variable "subnets" {
  description = "Subnets of the program."
  type        = list(string)
}

variable "security_group" {
  description = "Security group of the program."
  type        = string
}

variable "alerts_topic_arn" {
  description = "Where a run that could not be started is told."
  type        = string
}

variable "ground_key_arn" {
  description = "Key of the queue of failed runs."
  type        = string
}
