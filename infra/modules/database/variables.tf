variable "name" {
  description = "Name of the cluster."
  type        = string
}

variable "zones" {
  description = "Availability zones; the first two get an instance each."
  type        = list(string)
}

variable "subnets" {
  description = "Subnets without a way in or out."
  type        = list(string)
}

variable "security_group" {
  description = "Group that lets the program in."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the database and its snapshots."
  type        = string
}

variable "secrets_key_arn" {
  description = "Key of the administrator's password and of the logs."
  type        = string
}

variable "engine_version" {
  description = "PostgreSQL, major version or more; 16 at least."
  type        = string
}

variable "min_capacity" {
  description = "Capacity units (about 2 GiB each) at rest, an instance."
  type        = number
}

variable "max_capacity" {
  description = "Capacity units at most, an instance."
  type        = number
}
