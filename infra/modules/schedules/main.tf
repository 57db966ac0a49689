# The second trigger: a clock of AWS starts a short task that asks whether a worker lives, tells the
# owners if none does, does what is due and ends. While all is well it finds nothing to do.

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

resource "aws_scheduler_schedule" "due_work" {
  name                = "due-work"
  group_name          = aws_scheduler_schedule_group.this.name
  description         = "What is due, also while no worker lives"
  schedule_expression = "rate(15 minutes)"
  kms_key_arn         = var.ground_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.this.arn
    ecs_parameters {
      task_definition_arn = "arn:aws:ecs:${var.region}:${var.account_id}:task-definition/${var.worker_family}"
      launch_type         = "FARGATE"
      network_configuration {
        subnets          = var.subnets
        security_groups  = [var.security_group]
        assign_public_ip = false
      }
    }
    input = jsonencode({
      containerOverrides = [{
        name    = "bedside"
        command = ["sh", "-c", "flask worker check; exec python -m shared.jobs.worker --once"]
      }]
    })
    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 600
    }
    dead_letter_config {
      arn = aws_sqs_queue.failed.arn
    }
  }
}

resource "aws_sqs_queue" "failed" {
  name                      = "${var.name}-schedules-failed"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${var.name}-schedule-not-started"
  alarm_description   = "A scheduled task could not be started: docs/runbooks/start-stop-restore.md"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failed.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alerts_topic_arn]
}

resource "aws_iam_role" "this" {
  name        = "${var.name}-schedules"
  description = "Starts the scheduled tasks"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "may"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "StartsTheWorkersTask"
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = "arn:aws:ecs:${var.region}:${var.account_id}:task-definition/${var.worker_family}:*"
        Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
      },
      {
        Sid       = "AsItsRoles"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = [for role in ["worker", "start"] : "arn:aws:iam::${var.account_id}:role/${var.role_names[role]}"]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Sid      = "KeepsWhatFailed"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.failed.arn
      },
      {
        Sid      = "ReadsItsInput"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.ground_key_arn
      },
    ]
  })
}
