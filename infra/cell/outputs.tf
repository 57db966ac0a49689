output "hosts" {
  description = "Every host of the cell; each is a row of practice_host."
  value       = module.edge.hosts
}

output "repository" {
  description = "Where the image is pushed to."
  value       = module.service.repository_url
}

output "cluster" {
  description = "The ECS cluster."
  value       = module.service.cluster_name
}

output "app_secret" {
  description = "Secret to fill in: docs/deploy.md, step 7."
  value       = module.service.app_secret
}

output "subnets" {
  description = "Subnets for single tasks."
  value       = module.network.app_subnets
}

output "security_group" {
  description = "Security group for single tasks."
  value       = module.network.app_group
}

output "database" {
  description = "Name of the database cluster."
  value       = module.database.id
}

output "hook_address" {
  description = "What vendors are told, before the path of each."
  value       = "https://portal.${values(var.brands)[0].domain}:8443/hooks"
}
