output "documents" {
  description = "Bucket of documents: name and ARN."
  value       = { name = module.documents.name, arn = module.documents.arn }
}

output "mail" {
  description = "Bucket of incoming mail: name and ARN."
  value       = { name = module.mail.name, arn = module.mail.arn }
}

output "logs" {
  description = "Bucket of access logs: name and ARN."
  value       = { name = module.logs.name, arn = module.logs.arn }
}

output "trail" {
  description = "Bucket of the trail: name and ARN."
  value       = { name = module.trail.name, arn = module.trail.arn }
}
