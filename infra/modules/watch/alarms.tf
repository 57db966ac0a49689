# What must be heard of. Signs of life are counted in the log: their absence is the alarm.

locals {
  # What to count in the log's lines, by name: where, and which.
  counted = {
    job_given_up    = { group = "worker", pattern = "{ $.event = \"job.failed\" && $.action = \"give_up\" }" }
    checkpoint_made = { group = "worker", pattern = "{ $.event = \"job.done\" && $.job = \"seal_log\" }" }
    archive_made    = { group = "worker", pattern = "{ $.event = \"job.done\" && $.job = \"archive_log\" }" }
    worker_silent   = { group = "web", pattern = "{ $.event = \"worker.silent\" }" }
    read_unguarded  = { group = "web", pattern = "{ $.event = \"read.unguarded\" }" }
    crashed         = { group = "web", pattern = "{ $.event = \"request_crashed\" }" }
    keys_away       = { group = "web", pattern = "{ $.event = \"keys_away\" }" }
    drill_troubled  = { group = "drill", pattern = "{ ($.event = \"drill.failed\") || ($.event = \"drill.unable\") || ($.event = \"drill.left_behind\") }" }
  }

  # An alarm each: above this in so many seconds, or below it where silence is the trouble.
  by_log = {
    job_given_up    = { above = 0, seconds = 300, urgent = false, silent = false, about = "A job was given up: Admin, dead letters." }
    checkpoint_made = { above = 1, seconds = 900, urgent = true, silent = true, about = "No checkpoint for 15 minutes: the worker is dead, or KMS or the archive refuses." }
    archive_made    = { above = 1, seconds = 7200, urgent = false, silent = true, about = "The archive was not looked after for two hours." }
    worker_silent   = { above = 0, seconds = 300, urgent = true, silent = false, about = "No worker is heard of." }
    read_unguarded  = { above = 0, seconds = 300, urgent = true, silent = false, about = "Health information was read around the doors." }
    crashed         = { above = 5, seconds = 300, urgent = false, silent = false, about = "Pages crash." }
    drill_troubled  = { above = 0, seconds = 300, urgent = false, silent = false, about = "A restore drill found a difference, could not be held, or left its cluster behind: docs/runbooks/restore.md" }
    keys_away       = { above = 0, seconds = 300, urgent = true, silent = false, about = "KMS does not answer: encrypted fields cannot be shown." }
  }

  database = { DBClusterIdentifier = var.database_id }
  balancer = { LoadBalancer = var.balancer_suffix }
  targets  = { LoadBalancer = var.balancer_suffix, TargetGroup = var.target_group_suffix }
  queue    = { QueueName = "${var.name}-undelivered" }

  by_metric = {
    errors_of_ours     = { space = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", of = local.balancer, statistic = "Sum", above = 10, seconds = 300, urgent = true, about = "Pages answer 5xx." }
    errors_of_balancer = { space = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", of = local.balancer, statistic = "Sum", above = 10, seconds = 300, urgent = true, about = "The balancer finds nobody to answer." }
    nobody_answers     = { space = "AWS/ApplicationELB", metric = "UnHealthyHostCount", of = local.targets, statistic = "Minimum", above = 0, seconds = 120, urgent = true, about = "A web process does not get well." }
    pages_slow         = { space = "AWS/ApplicationELB", metric = "TargetResponseTime", of = local.balancer, statistic = "p95", above = 1, seconds = 300, urgent = false, about = "One page in twenty takes more than a second." }
    database_lag       = { space = "AWS/RDS", metric = "AuroraReplicaLagMaximum", of = local.database, statistic = "Maximum", above = 1000, seconds = 300, urgent = false, about = "The standby is more than a second behind." }
    database_full      = { space = "AWS/RDS", metric = "ACUUtilization", of = local.database, statistic = "Average", above = 85, seconds = 600, urgent = false, about = "The database is at its highest capacity: raise max_capacity." }
    database_crowded   = { space = "AWS/RDS", metric = "DatabaseConnections", of = local.database, statistic = "Maximum", above = 400, seconds = 300, urgent = false, about = "More connections than the processes should hold." }
    mail_bounces       = { space = "AWS/SES", metric = "Reputation.BounceRate", of = {}, statistic = "Average", above = 0.04, seconds = 3600, urgent = true, about = "Bounces near the point where SES stops an account." }
    mail_complaints    = { space = "AWS/SES", metric = "Reputation.ComplaintRate", of = {}, statistic = "Average", above = 0.0008, seconds = 3600, urgent = true, about = "Complaints near the point where SES stops an account." }
    events_undelivered = { space = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", of = local.queue, statistic = "Maximum", above = 0, seconds = 300, urgent = false, about = "SNS could not bring the program what became of mail." }
  }

  # Backups are alarms of absence: fewer than this in a day.
  by_absence = {
    backup_missing = { metric = "NumberOfBackupJobsCompleted", about = "No backup was finished for a day." }
    copy_missing   = { metric = "NumberOfCopyJobsCompleted", about = "No copy reached the other account for a day." }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each       = local.counted
  name           = "${var.name}-${replace(each.key, "_", "-")}"
  log_group_name = var.log_groups[each.value.group]
  pattern        = each.value.pattern
  metric_transformation {
    name      = "${var.name}-${each.key}"
    namespace = "Bedside"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "by_log" {
  for_each            = local.by_log
  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.about
  namespace           = "Bedside"
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = "Sum"
  period              = each.value.seconds
  evaluation_periods  = 1
  comparison_operator = each.value.silent ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.above
  treat_missing_data  = each.value.silent ? "breaching" : "notBreaching"
  alarm_actions       = [aws_sns_topic.this[each.value.urgent ? "urgent" : "alerts"].arn]
  ok_actions          = [aws_sns_topic.this["alerts"].arn]
}

resource "aws_cloudwatch_metric_alarm" "by_metric" {
  for_each            = local.by_metric
  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.about
  namespace           = each.value.space
  metric_name         = each.value.metric
  dimensions          = each.value.of
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = each.value.seconds
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this[each.value.urgent ? "urgent" : "alerts"].arn]
  ok_actions          = [aws_sns_topic.this["alerts"].arn]
}

resource "aws_cloudwatch_metric_alarm" "by_absence" {
  for_each            = local.by_absence
  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}"
  alarm_description   = "${each.value.about} docs/runbooks/backup-missing.md"
  namespace           = "AWS/Backup"
  metric_name         = each.value.metric
  dimensions          = { ResourceType = "Aurora" }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.this["urgent"].arn]
  ok_actions          = [aws_sns_topic.this["alerts"].arn]
}
