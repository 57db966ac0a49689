output "target_group_arn" {
  description = "Where the web processes register."
  value       = aws_lb_target_group.web.arn
}

output "balancer_suffix" {
  description = "The balancer's name in metrics."
  value       = aws_lb.this.arn_suffix
}

output "target_group_suffix" {
  description = "The target group's name in metrics."
  value       = aws_lb_target_group.web.arn_suffix
}

output "hosts" {
  description = "Every host of the cell."
  value       = sort(keys(local.hosts))
}
