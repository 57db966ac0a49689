output "copy_vault_arn" {
  description = "The locked vault, for the cell's variable of this name."
  value       = aws_backup_vault.near.arn
}

output "archive" {
  description = "The locked bucket and its key, for the cell's variable of this name."
  value       = { bucket = module.archive.name, key_arn = aws_kms_key.near.arn }
}

output "far_archive" {
  description = "The archive's second copy, in the other region: docs/runbooks/region-lost.md."
  value       = module.far_archive.name
}
