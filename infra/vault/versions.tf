terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # The rest is in environments/*/*.backend.hcl: bucket, region, key, lock file.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.backup_account_id]
  default_tags {
    tags = { Program = "bedside", Cell = var.cell }
  }
}

provider "aws" {
  alias               = "far"
  region              = var.far_region
  allowed_account_ids = [var.backup_account_id]
  default_tags {
    tags = { Program = "bedside", Cell = var.cell }
  }
}
