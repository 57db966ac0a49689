# One role a kind of process. What each may do stands beside what it may do it to.

resource "aws_iam_role" "task" {
  for_each             = toset(["web", "worker", "migrate", "drill"])
  name                 = "${var.name}-${each.key}"
  description          = "Bedside's ${each.key} process"
  max_session_duration = 3600
  assume_role_policy   = local.trust_tasks
}

# What starts a container: fetches the image, hands over the secrets, writes the log.
resource "aws_iam_role" "start" {
  for_each           = toset(["start", "start-bootstrap"])
  name               = "${var.name}-${each.key}"
  description        = "Starts Bedside's containers"
  assume_role_policy = local.trust_tasks
}

locals {
  trust_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}
