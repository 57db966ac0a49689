# Four keys. An administrator of the account may look after them but not use them: use is named, role
# by role. Symmetric keys turn every 90 days; earlier material keeps opening what it sealed.

resource "aws_kms_key" "data" {
  description             = "${var.name}: wraps each practice's data keys, and documents"
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 30
  policy                  = jsonencode({ Version = "2012-10-17", Statement = concat(local.care, local.use_data) })
}

resource "aws_kms_key" "database" {
  description             = "${var.name}: the database and its snapshots"
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 30
  policy                  = jsonencode({ Version = "2012-10-17", Statement = concat(local.care, local.use_database) })
}

resource "aws_kms_key" "ground" {
  description             = "${var.name}: logs, secrets, notices, incoming mail, images"
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 30
  policy                  = jsonencode({ Version = "2012-10-17", Statement = concat(local.care, local.use_ground) })
}

# AWS turns no asymmetric key by itself: docs/runbooks/key-rotation.md says how a new one follows it.
resource "aws_kms_key" "signing" {
  description              = "${var.name}: signs checkpoints of the log; the worker alone"
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = "ECC_NIST_P256"
  deletion_window_in_days  = 30
  policy                   = jsonencode({ Version = "2012-10-17", Statement = concat(local.care, local.use_signing) })
}

resource "aws_kms_alias" "this" {
  for_each = {
    data     = aws_kms_key.data.key_id
    database = aws_kms_key.database.key_id
    ground   = aws_kms_key.ground.key_id
    signing  = aws_kms_key.signing.key_id
  }
  name          = "alias/${var.name}-${each.key}"
  target_key_id = each.value
}
