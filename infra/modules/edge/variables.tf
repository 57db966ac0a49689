variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "brands" {
  description = "The practices of the cell: domain and Route 53 zone of each."
  type        = map(object({ domain = string, zone_id = string }))
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnets" {
  description = "Subnets of the balancer."
  type        = list(string)
}

variable "security_group" {
  description = "Security group of the balancer."
  type        = string
}

variable "app_port" {
  description = "Port the program listens on."
  type        = number
}

variable "logs_bucket" {
  description = "Bucket of access logs."
  type        = string
}

variable "logs_key_arn" {
  description = "Key of the firewall's log."
  type        = string
}

variable "edge_secret" {
  description = "What the CDN adds to each request, so that the program knows it by."
  type        = string
  sensitive   = true
}

variable "countries" {
  description = "Where the public site answers through the CDN."
  type        = list(string)
}

variable "requests_in_five_minutes" {
  description = "Requests of one address in five minutes, at most."
  type        = number
}
