variable "name" {
  description = "Name of the bucket; unique in all of AWS."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the objects; null for S3's own, where a service can write with no other."
  type        = string
  default     = null
}

variable "expire_days" {
  description = "Days after which objects are removed; null to keep them."
  type        = number
  default     = null
}

variable "statements" {
  description = "More statements of the bucket's policy."
  type        = any
  default     = []
}

variable "lock_days" {
  description = "Days for which nobody can change or remove an object (Object Lock, compliance mode); null for none."
  type        = number
  default     = null
}
