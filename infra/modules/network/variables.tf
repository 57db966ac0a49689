variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "region" {
  description = "Region of the cell."
  type        = string
}

variable "zones" {
  description = "Availability zones, two or three."
  type        = list(string)
}

variable "cidr" {
  description = "Address range of the network, a /16."
  type        = string
}

variable "app_port" {
  description = "Port the program listens on."
  type        = number
}

variable "nat_per_zone" {
  description = "A way out in every zone (true), or one for all (cheaper; its zone's loss cuts off vendors)."
  type        = bool
}

variable "interface_endpoints" {
  description = "AWS services reached inside the network; each costs a fee an hour and zone."
  type        = list(string)
}

variable "logs_bucket_arn" {
  description = "Bucket that takes the log of refused traffic."
  type        = string
}
