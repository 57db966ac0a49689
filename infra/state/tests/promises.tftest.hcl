# What is put up once in each account before anything else. No account is needed: the provider is played.

mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
  }
}

variables {
  cell       = "east"
  region     = "us-east-1"
  account_id = "111111111111"
}

run "the_state_is_sealed_with_a_key_that_turns" {
  command = plan

  assert {
    condition     = aws_kms_key.state.enable_key_rotation && aws_kms_key.state.rotation_period_in_days == 90
    error_message = "90-day rotation."
  }
  assert {
    condition = alltrue([for one in jsondecode(aws_kms_key.state.policy).Statement : one.Condition.StringEquals["kms:ViaService"] == "s3.us-east-1.amazonaws.com"
    if anytrue([for verb in one.Action : contains(["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"], verb)])])
    error_message = "The key opens the state through its bucket and in no other way."
  }
  assert {
    condition     = alltrue(flatten([for one in jsondecode(aws_kms_key.state.policy).Statement : [for verb in one.Action : verb != "kms:*"]]))
    error_message = "The key is handed to nobody whole."
  }
}

run "the_bucket_is_closed_versioned_and_encrypted" {
  command = plan
  module {
    source = "../modules/bucket"
  }
  variables {
    name        = "state"
    kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/state"
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.this.versioning_configuration).status == "Enabled"
    error_message = "An earlier state can be had again."
  }
  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets])
    error_message = "Closed to the public, four times."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "Encrypted with the state's key."
  }
  assert {
    condition     = anytrue([for one in jsondecode(aws_s3_bucket_policy.this.policy).Statement : one.Effect == "Deny" && one.Condition.Bool["aws:SecureTransport"] == "false"])
    error_message = "Over TLS only."
  }
}

run "regions_outside_the_united_states_are_refused" {
  command = plan
  variables {
    region = "eu-west-1"
  }
  expect_failures = [var.region]
}

run "an_account_is_twelve_digits" {
  command = plan
  variables {
    account_id = "my-account"
  }
  expect_failures = [var.account_id]
}
