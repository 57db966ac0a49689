output "cluster_name" {
  description = "The cluster's name."
  value       = aws_ecs_cluster.this.name
}

output "cluster_arn" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.arn
}

output "repository_url" {
  description = "Where the image is pushed to."
  value       = aws_ecr_repository.this.repository_url
}

output "log_groups" {
  description = "Log groups of the processes, by name."
  value       = { for key, group in aws_cloudwatch_log_group.this : key => group.name }
}

output "families" {
  description = "Task definitions that a clock starts, without their revisions."
  value       = { for process in ["worker", "drill"] : process => aws_ecs_task_definition.this[process].family }
}

output "app_secret" {
  description = "Secret that the owner fills in."
  value       = aws_secretsmanager_secret.app.name
}
