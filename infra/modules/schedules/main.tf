# What a clock of AWS starts. The second trigger: a short task that asks whether a worker lives, tells
# the owners if none does, does what is due and ends; while all is well it finds nothing to do. And the
# restore drill: every week, so that four may fail before its proof is too old.

locals {
  schedules = {
    due-work = {
      about   = "What is due, also while no worker lives"
      at      = "rate(15 minutes)"
      process = "worker"
      command = ["sh", "-c", "flask worker check; exec python -m shared.jobs.worker --once"]
    }
    restore-drill = {
      about   = "The database restored beside itself, compared and thrown away"
      at      = "cron(40 10 ? * SUN *)"
      process = "drill"
      command = ["flask", "drill", "cluster"]
    }
    restore-drill-sweep = {
      about   = "What a drill left behind"
      at      = "cron(40 20 * * ? *)"
      process = "drill"
      command = ["flask", "drill", "sweep"]
    }
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

resource "aws_scheduler_schedule" "this" {
  for_each                     = local.schedules
  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = each.value.about
  schedule_expression          = each.value.at
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = var.ground_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.this.arn
    ecs_parameters {
      task_definition_arn = "arn:aws:ecs:${var.region}:${var.account_id}:task-definition/${var.families[each.value.process]}"
      launch_type         = "FARGATE"
      network_configuration {
        subnets          = var.subnets
        security_groups  = [var.security_group]
        assign_public_ip = false
      }
    }
    input = jsonencode({
      containerOverrides = [{ name = "bedside", command = each.value.command }]
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
        Sid       = "StartsTheTasks"
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = [for family in values(var.families) : "arn:aws:ecs:${var.region}:${var.account_id}:task-definition/${family}:*"]
        Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
      },
      {
        Sid       = "AsTheirRoles"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = [for role in ["worker", "drill", "start"] : "arn:aws:iam::${var.account_id}:role/${var.role_names[role]}"]
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
