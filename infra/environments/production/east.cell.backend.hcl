# Where the state of infra/cell lies: the bucket that infra/state made in this account.
bucket = "bedside-east-111111111111-state"
key    = "cell.tfstate"
region = "us-east-1"
