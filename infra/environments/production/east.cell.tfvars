# One cell, one file. Another region or another group of clinics is another file beside this one.

cell              = "east"
stage             = "production"
region            = "us-east-1"
zones             = ["us-east-1a", "us-east-1b"]
account_id        = "111111111111"
backup_account_id = "222222222222"

# What `terraform output` said in infra/vault.
copy_vault_arn = "arn:aws:backup:us-east-1:222222222222:backup-vault:bedside-east-locked"
archive = {
  bucket  = "bedside-east-222222222222-archive"
  key_arn = "arn:aws:kms:us-east-1:222222222222:key/00000000-0000-0000-0000-000000000000"
}

brands = {
  practice = { domain = "example.com", zone_id = "Z0000000000000" }
}

# What `make image` said.
image = "111111111111.dkr.ecr.us-east-1.amazonaws.com/bedside-east@sha256:0000000000000000000000000000000000000000000000000000000000000000"

alert_mails    = ["owner@example.com"]
alert_phones   = ["+15615550100"]
monthly_budget = 400
