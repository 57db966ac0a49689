# Where the state of infra/cell lies: the bucket that infra/state made in this account.
bucket = "bedside-rehearsal-333333333333-state"
key    = "cell.tfstate"
region = "us-east-1"
