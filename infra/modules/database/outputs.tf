output "endpoint" {
  description = "Host name of the writer."
  value       = aws_rds_cluster.this.endpoint
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_rds_cluster.this.arn
}

output "id" {
  description = "Name of the cluster, for its metrics."
  value       = aws_rds_cluster.this.cluster_identifier
}

output "resource_id" {
  description = "Id of the cluster in the permissions to sign in."
  value       = aws_rds_cluster.this.cluster_resource_id
}

output "admin_secret_arn" {
  description = "Secret with the administrator's password."
  value       = one(aws_rds_cluster.this.master_user_secret[*].secret_arn)
}
