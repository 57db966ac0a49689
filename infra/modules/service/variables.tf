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

variable "image" {
  description = "The image, by digest."
  type        = string
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64, as the image was built."
  type        = string
}

variable "app_port" {
  description = "Port the web process listens on."
  type        = number
}

variable "subnets" {
  description = "Subnets of the program."
  type        = list(string)
}

variable "security_group" {
  description = "Security group of the program."
  type        = string
}

variable "target_group_arn" {
  description = "Where the web processes register."
  type        = string
}

variable "role_names" {
  description = "Names of the roles, by what they are for."
  type        = map(string)
}

variable "web_cpu" {
  description = "CPU units of a web task; 1024 are one core."
  type        = number
}

variable "web_memory" {
  description = "Memory of a web task, in MiB."
  type        = number
}

variable "web_min" {
  description = "Web tasks at least."
  type        = number
}

variable "web_max" {
  description = "Web tasks at most."
  type        = number
}

variable "worker_count" {
  description = "Worker tasks."
  type        = number
}

variable "database_endpoint" {
  description = "Host name of the writer."
  type        = string
}

variable "database_resource_id" {
  description = "Id of the cluster in the permissions to sign in."
  type        = string
}

variable "database_admin_secret_arn" {
  description = "Secret with the administrator's password; for the bootstrap only."
  type        = string
}

variable "database_key_arn" {
  description = "Key of the database and its backups."
  type        = string
}

variable "data_key_arn" {
  description = "Key that wraps data keys and documents."
  type        = string
}

variable "signing_key_arn" {
  description = "Key that signs checkpoints."
  type        = string
}

variable "ground_key_arn" {
  description = "Key of logs and secrets."
  type        = string
}

variable "documents" {
  description = "Bucket of documents."
  type        = object({ name = string, arn = string })
}

variable "incoming_mail_arn" {
  description = "Bucket of incoming mail."
  type        = string
}

variable "archive" {
  description = "The locked bucket of the backup account, and its key."
  type        = object({ bucket = string, key_arn = string })
}

variable "mail" {
  description = "What mail is sent with."
  type        = object({ configuration_set = string, configuration_set_arn = string, topic_arn = string, identity_arns = list(string) })
}

variable "sms" {
  description = "What text messages are sent with."
  type        = object({ arns = list(string) })
}

variable "whereby_origin" {
  description = "The one origin whose rooms a visit page may frame; empty for visits by phone."
  type        = string
}

variable "edge_secret" {
  description = "What the CDN adds to each request."
  type        = string
  sensitive   = true
}
