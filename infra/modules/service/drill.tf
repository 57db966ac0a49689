# What the restore drill may do: set the database back into one other cluster of a fixed name, look at
# that, and throw it away. The role can neither change nor delete the cluster that is restored, and
# signs in there as the worker does, who cannot alter the schema.

locals {
  rds       = "arn:aws:rds:${var.region}:${var.account_id}"
  users     = "arn:aws:rds-db:${var.region}:${var.account_id}:dbuser"
  throwaway = ["${local.rds}:cluster:${var.name}-drill", "${local.rds}:db:${var.name}-drill-1"]
  # What a cluster is made with besides: our subnets and parameters, AWS's own defaults.
  made_with = [
    "${local.rds}:subgrp:${var.name}", "${local.rds}:cluster-pg:${var.name}-*",
    "${local.rds}:og:default:aurora-postgresql-*", "${local.rds}:pg:default.aurora-postgresql*",
  ]
  # The program marks what it makes, and removes only what is marked: shared/adapters/ground/throwaway.py
  mark = "restore-drill"

  drill = [
    {
      Sid      = "LooksAtBoth"
      Effect   = "Allow"
      Action   = ["rds:DescribeDBClusters", "rds:DescribeDBInstances"]
      Resource = concat(["${local.rds}:cluster:${var.name}"], local.throwaway)
    },
    {
      Sid      = "RestoresBesideTheCluster"
      Effect   = "Allow"
      Action   = "rds:RestoreDBClusterToPointInTime"
      Resource = concat(["${local.rds}:cluster:${var.name}"], local.throwaway, local.made_with)
    },
    {
      Sid      = "GivesItAnInstance"
      Effect   = "Allow"
      Action   = "rds:CreateDBInstance"
      Resource = concat(local.throwaway, local.made_with)
    },
    {
      Sid       = "MarksIt"
      Effect    = "Allow"
      Action    = "rds:AddTagsToResource"
      Resource  = local.throwaway
      Condition = { StringEquals = { "aws:RequestTag/Purpose" = local.mark } }
    },
    {
      Sid       = "ThrowsItAway"
      Effect    = "Allow"
      Action    = ["rds:DeleteDBCluster", "rds:DeleteDBInstance"]
      Resource  = local.throwaway
      Condition = { StringEquals = { "aws:ResourceTag/Purpose" = local.mark } }
    },
    {
      Sid         = "NothingElse"
      Effect      = "Deny"
      Action      = ["rds:DeleteDBCluster", "rds:DeleteDBInstance", "rds:ModifyDBCluster", "rds:ModifyDBInstance", "rds:RebootDBInstance", "rds:FailoverDBCluster", "rds:DeleteDBClusterSnapshot", "rds:DeleteDBClusterAutomatedBackup"]
      NotResource = local.throwaway
    },
    {
      Sid       = "OpensWhatItRestores"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
      Resource  = var.database_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "rds.${var.region}.amazonaws.com" } }
    },
    {
      Sid       = "LetsTheDatabaseOpenIt"
      Effect    = "Allow"
      Action    = "kms:CreateGrant"
      Resource  = var.database_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "rds.${var.region}.amazonaws.com" }, Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
    {
      # The id of a cluster that is yet to be made is not known, so every cluster is named ...
      Sid      = "SignsInToTheRestored"
      Effect   = "Allow"
      Action   = "rds-db:connect"
      Resource = ["${local.users}:*/bedside_worker", "${local.users}:*/bedside_owner"]
    },
    {
      # ... and the living one taken out again, for the login that may do anything to it.
      Sid      = "NeverOwnsTheLiving"
      Effect   = "Deny"
      Action   = "rds-db:connect"
      Resource = ["${local.login}/bedside_owner", "${local.login}/cluster_admin"]
    },
  ]
}

resource "aws_iam_role_policy" "drill" {
  name   = "may"
  role   = var.role_names["drill"]
  policy = jsonencode({ Version = "2012-10-17", Statement = local.drill })
}
