output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "public_subnets" {
  description = "Subnets of the balancer."
  value       = [for subnet in aws_subnet.public : subnet.id]
}

output "app_subnets" {
  description = "Subnets of the program."
  value       = [for subnet in aws_subnet.app : subnet.id]
}

output "data_subnets" {
  description = "Subnets of the database."
  value       = [for subnet in aws_subnet.data : subnet.id]
}

output "balancer_group" {
  description = "Security group of the balancer."
  value       = aws_security_group.balancer.id
}

output "app_group" {
  description = "Security group of the program."
  value       = aws_security_group.app.id
}

output "database_group" {
  description = "Security group of the database."
  value       = aws_security_group.database.id
}
