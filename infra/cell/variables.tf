variable "cell" {
  description = "Name of the cell, the prefix of every name: letters, digits, hyphens."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,19}$", var.cell))
    error_message = "3 to 20 lower-case letters, digits and hyphens, with a letter first."
  }
}

variable "stage" {
  description = "production, or staging for rehearsals without patients."
  type        = string
  validation {
    condition     = contains(["production", "staging"], var.stage)
    error_message = "production or staging."
  }
}

variable "region" {
  description = "Region of the cell."
  type        = string
  validation {
    condition     = contains(["us-east-1", "us-east-2", "us-west-1", "us-west-2"], var.region)
    error_message = "Health records stay in the United States: us-east-1, us-east-2, us-west-1 or us-west-2."
  }
}

variable "zones" {
  description = "Availability zones of that region: two, or three."
  type        = list(string)
  validation {
    condition     = length(var.zones) >= 2 && alltrue([for zone in var.zones : startswith(zone, var.region)])
    error_message = "Two zones at least, of the cell's own region."
  }
}

variable "account_id" {
  description = "The account of the cell."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has twelve digits."
  }
}

variable "backup_account_id" {
  description = "The account that holds the copies and nothing else; another than the cell's."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.backup_account_id)) && var.backup_account_id != var.account_id
    error_message = "Twelve digits, and another account than the cell's: who rules one must not rule the other."
  }
}

variable "copy_vault_arn" {
  description = "The locked vault of the backup account, from infra/vault."
  type        = string
  validation {
    condition     = can(regex("^arn:aws:backup:us-[a-z]+-[0-9]:${var.backup_account_id}:backup-vault:", var.copy_vault_arn))
    error_message = "A vault in the United States, of the backup account."
  }
}

variable "archive" {
  description = "The locked bucket of the backup account and its key, from infra/vault."
  type        = object({ bucket = string, key_arn = string })
  validation {
    condition     = can(regex("^arn:aws:kms:us-[a-z]+-[0-9]:${var.backup_account_id}:key/", var.archive.key_arn))
    error_message = "The key must be one of the backup account."
  }
}

variable "brands" {
  description = "The practices of the cell: domain and Route 53 zone of each."
  type        = map(object({ domain = string, zone_id = string }))
  validation {
    condition     = length(var.brands) > 0
    error_message = "One practice at least."
  }
}

variable "image" {
  description = "The image, by digest: repository@sha256:..."
  type        = string
  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "By digest, not by tag: what was tested is what runs."
  }
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64, as the image was built."
  type        = string
  default     = "X86_64"
}

variable "web_cpu" {
  description = "CPU units of a web task; 1024 are one core."
  type        = number
  default     = 512
}

variable "web_memory" {
  description = "Memory of a web task, in MiB."
  type        = number
  default     = 1024
}

variable "web_min" {
  description = "Web tasks at least; two stand in two zones."
  type        = number
  default     = 2
}

variable "web_max" {
  description = "Web tasks at most."
  type        = number
  default     = 8
}

variable "worker_count" {
  description = "Worker tasks."
  type        = number
  default     = 1
}

variable "database_version" {
  description = "PostgreSQL, major version or more; 16 at least."
  type        = string
  default     = "16"
}

variable "database_min" {
  description = "Capacity units at rest, an instance (about 2 GiB each)."
  type        = number
  default     = 0.5
}

variable "database_max" {
  description = "Capacity units at most, an instance."
  type        = number
  default     = 16
}

variable "network_cidr" {
  description = "Address range of the network, a /16."
  type        = string
  default     = "10.40.0.0/16"
}

variable "nat_per_zone" {
  description = "A way out in every zone, or one for all: see docs/deploy.md on its cost."
  type        = bool
  default     = false
}

variable "interface_endpoints" {
  description = "AWS services reached inside the network; each costs a fee an hour and zone."
  type        = list(string)
  default     = ["kms", "secretsmanager", "logs", "ecr.api", "ecr.dkr"]
}

variable "countries" {
  description = "Where the public site answers through the CDN."
  type        = list(string)
  default     = ["US"]
}

variable "requests_in_five_minutes" {
  description = "Requests of one address in five minutes, at most. An office shares one."
  type        = number
  default     = 3000
}

variable "whereby_origin" {
  description = "The one origin whose rooms a visit page may frame; empty for visits by phone."
  type        = string
  default     = ""
}

variable "edge_secret" {
  description = "What the CDN adds to each request; 32 random characters or more, as TF_VAR_edge_secret."
  type        = string
  sensitive   = true
  validation {
    condition     = length(var.edge_secret) >= 32
    error_message = "32 characters at least."
  }
}

variable "inbound_mail" {
  description = "Take mail to reply.<domain> into a bucket. The program does not read it yet; off, it goes back to its sender."
  type        = bool
  default     = false
}

variable "sms_number" {
  description = "Order a toll-free number. Its verification takes weeks: start early."
  type        = bool
  default     = true
}

variable "alert_mails" {
  description = "Mail addresses that alarms go to."
  type        = list(string)
  validation {
    condition     = length(var.alert_mails) > 0
    error_message = "Somebody must hear of it."
  }
}

variable "alert_phones" {
  description = "Telephones that urgent alarms go to by SMS, as +15615550100."
  type        = list(string)
  default     = []
}

variable "monthly_budget" {
  description = "Dollars a month; a notice at 80 % and when it is forecast to be passed."
  type        = number
  default     = 400
}

variable "account_wide" {
  description = "This cell carries what an account has once: trail, GuardDuty, budget. True for the first."
  type        = bool
  default     = true
}
