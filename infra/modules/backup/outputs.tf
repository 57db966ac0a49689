output "vault" {
  description = "Name of this account's vault."
  value       = aws_backup_vault.this.name
}
