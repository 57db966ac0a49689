# Where the state of infra/vault lies: the bucket that infra/state made in this account.
bucket = "bedside-rehearsal-444444444444-state"
key    = "vault.tfstate"
region = "us-east-1"
