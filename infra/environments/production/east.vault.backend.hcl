# Where the state of infra/vault lies: the bucket that infra/state made in this account.
bucket = "bedside-east-222222222222-state"
key    = "vault.tfstate"
region = "us-east-1"
