output "alerts_topic_arn" {
  description = "Where alarms go."
  value       = aws_sns_topic.this["alerts"].arn
}
