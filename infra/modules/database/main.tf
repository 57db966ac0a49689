# Aurora PostgreSQL Serverless v2 in two zones. What saves the practice after a bad day is written
# here as numbers, not as variables: nobody makes it smaller by leaving a line out of a file.

resource "aws_rds_cluster" "this" {
  cluster_identifier = var.name
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned"
  engine_version     = var.engine_version
  database_name      = "bedside"
  port               = 5432

  # Every second of the last 35 days can be restored: the most that Aurora offers, from creation.
  backup_retention_period   = 35
  preferred_backup_window   = "07:00-08:00"
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"
  delete_automated_backups  = false
  copy_tags_to_snapshot     = true

  storage_encrypted = true
  kms_key_id        = var.kms_key_arn

  # The administrator's password is made, kept and turned by AWS; only the bootstrap task reads it. Its
  # name is none of ours: the program compares every role that begins with bedside with a reviewed list.
  master_username                     = "cluster_admin"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.secrets_key_arn
  iam_database_authentication_enabled = true

  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [var.security_group]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name
  enabled_cloudwatch_logs_exports = ["postgresql"]
  preferred_maintenance_window    = "sun:08:30-sun:09:30"

  serverlessv2_scaling_configuration {
    min_capacity = var.min_capacity
    max_capacity = var.max_capacity
  }

  lifecycle {
    prevent_destroy = true
  }
  depends_on = [aws_cloudwatch_log_group.postgresql]
}

# A writer and a reader that takes over within a minute, in another zone.
resource "aws_rds_cluster_instance" "this" {
  for_each                        = { for index, zone in slice(var.zones, 0, 2) : zone => index }
  identifier                      = "${var.name}-${each.value + 1}"
  cluster_identifier              = aws_rds_cluster.this.id
  engine                          = aws_rds_cluster.this.engine
  engine_version                  = aws_rds_cluster.this.engine_version
  instance_class                  = "db.serverless"
  availability_zone               = each.key
  publicly_accessible             = false
  promotion_tier                  = each.value
  db_subnet_group_name            = aws_db_subnet_group.this.name
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  ca_cert_identifier              = "rds-ca-rsa2048-g1"
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Subnets without a way in or out"
  subnet_ids  = var.subnets
}

resource "aws_rds_cluster_parameter_group" "this" {
  name        = "${var.name}-${replace(split(".", var.engine_version)[0], ".", "-")}"
  family      = "aurora-postgresql${split(".", var.engine_version)[0]}"
  description = "TLS only; logs that hold no values"

  dynamic "parameter" {
    for_each = {
      "rds.force_ssl"      = "1"
      "log_statement"      = "ddl"
      "log_connections"    = "1"
      "log_disconnections" = "1"
      # Slow statements are told without what was asked for: values may be somebody's.
      "log_min_duration_statement"        = "2000"
      "log_parameter_max_length"          = "0"
      "log_parameter_max_length_on_error" = "0"
    }
    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}

resource "aws_cloudwatch_log_group" "postgresql" {
  name              = "/aws/rds/cluster/${var.name}/postgresql"
  retention_in_days = 400
  kms_key_id        = var.secrets_key_arn
}
