output "data" {
  description = "Key that wraps data keys and documents."
  value       = aws_kms_key.data.arn
}

output "database" {
  description = "Key of the database and its snapshots."
  value       = aws_kms_key.database.arn
}

output "ground" {
  description = "Key of logs, secrets, notices and incoming mail."
  value       = aws_kms_key.ground.arn
}

output "signing" {
  description = "Key that signs checkpoints."
  value       = aws_kms_key.signing.arn
}
