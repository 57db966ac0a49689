output "names" {
  description = "Names of the roles, by what they are for; known once they exist."
  value       = { for role in concat(values(aws_iam_role.task), values(aws_iam_role.start)) : trimprefix(role.name, "${var.name}-") => role.name }
}
