# One cell, one file. Another region or another group of clinics is another file beside this one.

cell              = "rehearsal"
stage             = "staging"
region            = "us-east-1"
zones             = ["us-east-1a", "us-east-1b"]
account_id        = "333333333333"
backup_account_id = "444444444444"

# What `terraform output` said in infra/vault.
copy_vault_arn = "arn:aws:backup:us-east-1:444444444444:backup-vault:bedside-rehearsal-locked"
archive = {
  bucket  = "bedside-rehearsal-444444444444-archive"
  key_arn = "arn:aws:kms:us-east-1:444444444444:key/00000000-0000-0000-0000-000000000000"
}

brands = {
  practice = { domain = "staging.example.com", zone_id = "Z0000000000000" }
}

# What `make image` said.
image = "333333333333.dkr.ecr.us-east-1.amazonaws.com/bedside-rehearsal@sha256:0000000000000000000000000000000000000000000000000000000000000000"

alert_mails    = ["owner@example.com"]
alert_phones   = []
monthly_budget = 250

# Smaller and without what only patients need.
web_min             = 1
web_max             = 2
database_max        = 2
sms_number          = false
interface_endpoints = []
