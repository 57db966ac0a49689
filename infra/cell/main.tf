# One cell: a whole stack in one region, for one practice or a group of clinics.

locals {
  name     = "bedside-${var.cell}"
  app_port = 8000
}

module "roles" {
  source     = "../modules/roles"
  name       = local.name
  account_id = var.account_id
}

module "keys" {
  source            = "../modules/keys"
  name              = local.name
  region            = var.region
  account_id        = var.account_id
  backup_account_id = var.backup_account_id
  role_names        = module.roles.names
}

module "storage" {
  source         = "../modules/storage"
  name           = local.name
  account_id     = var.account_id
  data_key_arn   = module.keys.data
  ground_key_arn = module.keys.ground
}

module "network" {
  source              = "../modules/network"
  name                = local.name
  region              = var.region
  zones               = var.zones
  cidr                = var.network_cidr
  app_port            = local.app_port
  nat_per_zone        = var.nat_per_zone
  interface_endpoints = var.interface_endpoints
  logs_bucket_arn     = module.storage.logs.arn
}

module "database" {
  source          = "../modules/database"
  name            = local.name
  zones           = var.zones
  subnets         = module.network.data_subnets
  security_group  = module.network.database_group
  kms_key_arn     = module.keys.database
  secrets_key_arn = module.keys.ground
  engine_version  = var.database_version
  min_capacity    = var.database_min
  max_capacity    = var.database_max
}

module "backup" {
  source         = "../modules/backup"
  name           = local.name
  account_id     = var.account_id
  kms_key_arn    = module.keys.database
  copy_vault_arn = var.copy_vault_arn
  resources      = [module.database.arn, module.storage.documents.arn]
}

module "edge" {
  source                   = "../modules/edge"
  name                     = local.name
  brands                   = var.brands
  vpc_id                   = module.network.vpc_id
  subnets                  = module.network.public_subnets
  security_group           = module.network.balancer_group
  app_port                 = local.app_port
  logs_bucket              = module.storage.logs.name
  logs_key_arn             = module.keys.ground
  edge_secret              = var.edge_secret
  countries                = var.countries
  requests_in_five_minutes = var.requests_in_five_minutes

  providers = {
    aws        = aws
    aws.global = aws.global
  }
}

module "messages" {
  source         = "../modules/messages"
  name           = local.name
  region         = var.region
  account_id     = var.account_id
  brands         = var.brands
  ground_key_arn = module.keys.ground
  mail_bucket    = module.storage.mail.name
  hook_url       = "https://portal.${values(var.brands)[0].domain}:8443/hooks/aws/sns"
  inbound        = var.inbound_mail
  sms_number     = var.sms_number
}

module "service" {
  source                    = "../modules/service"
  name                      = local.name
  region                    = var.region
  account_id                = var.account_id
  image                     = var.image
  cpu_architecture          = var.cpu_architecture
  app_port                  = local.app_port
  subnets                   = module.network.app_subnets
  security_group            = module.network.app_group
  target_group_arn          = module.edge.target_group_arn
  role_names                = module.roles.names
  web_cpu                   = var.web_cpu
  web_memory                = var.web_memory
  web_min                   = var.web_min
  web_max                   = var.web_max
  worker_count              = var.worker_count
  database_endpoint         = module.database.endpoint
  database_resource_id      = module.database.resource_id
  database_admin_secret_arn = module.database.admin_secret_arn
  database_key_arn          = module.keys.database
  data_key_arn              = module.keys.data
  signing_key_arn           = module.keys.signing
  ground_key_arn            = module.keys.ground
  documents                 = module.storage.documents
  incoming_mail_arn         = module.storage.mail.arn
  archive                   = var.archive
  mail                      = module.messages.mail
  sms                       = module.messages.sms
  whereby_origin            = var.whereby_origin
  edge_secret               = var.edge_secret
}

module "watch" {
  source              = "../modules/watch"
  name                = local.name
  region              = var.region
  account_id          = var.account_id
  ground_key_arn      = module.keys.ground
  alert_mails         = var.alert_mails
  alert_phones        = var.alert_phones
  log_groups          = module.service.log_groups
  cluster_name        = module.service.cluster_name
  database_id         = module.database.id
  balancer_suffix     = module.edge.balancer_suffix
  target_group_suffix = module.edge.target_group_suffix
  backup_vault        = module.backup.vault
  trail_bucket        = module.storage.trail.name
  data_bucket_arns    = [module.storage.documents.arn, module.storage.mail.arn]
  documents_bucket    = module.storage.documents.name
  data_key_arn        = module.keys.data
  monthly_budget      = var.monthly_budget
  account_wide        = var.account_wide
}

module "schedules" {
  source           = "../modules/schedules"
  name             = local.name
  region           = var.region
  account_id       = var.account_id
  cluster_arn      = module.service.cluster_arn
  families         = module.service.families
  role_names       = module.roles.names
  subnets          = module.network.app_subnets
  security_group   = module.network.app_group
  alerts_topic_arn = module.watch.alerts_topic_arn
  ground_key_arn   = module.keys.ground
}
