# What each process is told. The names are those of docs/settings.md; a test compares them.

locals {
  # Certificates are checked, the connection speaks TLS 1.3, and no address carries a password.
  dsn = { for login in ["web", "worker", "owner"] : login =>
    "postgresql://bedside_${login}@${var.database_endpoint}:5432/bedside?${local.tls}"
  }
  tls = "sslmode=verify-full&sslrootcert=/etc/ssl/rds/bundle.pem&ssl_min_protocol_version=TLSv1.3"

  common = {
    BEDSIDE_ENV                   = "production"
    BEDSIDE_DATA                  = "/var/lib/bedside"
    BEDSIDE_SCHEME                = "https"
    BEDSIDE_DATABASE_AUTH         = "iam"
    BEDSIDE_WEB_DSN               = local.dsn.web
    BEDSIDE_PROXIES               = "1"
    BEDSIDE_KMS_KEY_ID            = var.data_key_arn
    BEDSIDE_SIGNING_KEY_ID        = var.signing_key_arn
    BEDSIDE_DOCUMENTS_BUCKET      = var.documents.name
    BEDSIDE_ARCHIVE_BUCKET        = var.archive.bucket
    BEDSIDE_ARCHIVE_KEY_ID        = var.archive.key_arn
    BEDSIDE_ARCHIVE_ACCOUNT       = split(":", var.archive.key_arn)[4]
    BEDSIDE_DATABASE_CLUSTER      = var.name
    BEDSIDE_SES_CONFIGURATION_SET = var.mail.configuration_set
    BEDSIDE_SNS_TOPIC_ARN         = var.mail.topic_arn
    BEDSIDE_SNS_CERT_HOST         = "sns.${var.region}.amazonaws.com"
    WHEREBY_ORIGIN                = var.whereby_origin
    AWS_REGION                    = var.region
  }

  environment = {
    web       = merge(local.common, { PORT = tostring(var.app_port), WEB_PROCESSES = tostring(max(1, floor(var.web_cpu / 1024))) })
    worker    = merge(local.common, { BEDSIDE_WORKER_DSN = local.dsn.worker })
    migrate   = merge(local.common, { BEDSIDE_OWNER_DSN = local.dsn.owner, BEDSIDE_WORKER_DSN = local.dsn.worker })
    drill     = merge(local.common, { BEDSIDE_OWNER_DSN = local.dsn.owner, BEDSIDE_WORKER_DSN = local.dsn.worker })
    bootstrap = merge(local.common, { BEDSIDE_OWNER_DSN = local.dsn.owner, BEDSIDE_WORKER_DSN = local.dsn.worker, DATABASE_URL = "postgresql://cluster_admin@${var.database_endpoint}:5432/postgres?${local.tls}" })
  }

  app_secrets = { for name in [
    "BEDSIDE_SECRET_KEY", "RESEND_API_KEY", "WHEREBY_API_KEY", "WHEREBY_WEBHOOK_SECRET",
    "STRIPE_PRACTICE_SECRET_KEY", "STRIPE_PRACTICE_WEBHOOK_SECRET",
    "STRIPE_CONSULTING_SECRET_KEY", "STRIPE_CONSULTING_WEBHOOK_SECRET",
  ] : name => "${aws_secretsmanager_secret.app.arn}:${name}::" }
  key_only = { BEDSIDE_SECRET_KEY = local.app_secrets.BEDSIDE_SECRET_KEY }

  secrets = {
    web       = merge(local.app_secrets, { BEDSIDE_EDGE_SECRET = aws_secretsmanager_secret.edge.arn })
    worker    = local.app_secrets
    migrate   = local.key_only
    drill     = local.key_only
    bootstrap = merge(local.key_only, { PGPASSWORD = "${var.database_admin_secret_arn}:password::" })
  }

  processes = {
    web = {
      role = "web", start = "start", log = "web", cpu = var.web_cpu, memory = var.web_memory, command = null
      health = {
        command  = ["CMD", "python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=3)"]
        interval = 15, timeout = 4, retries = 3, startPeriod = 20
      }
    }
    worker    = { role = "worker", start = "start", log = "worker", cpu = 512, memory = 1024, command = ["python", "-m", "shared.jobs.worker"], health = null }
    migrate   = { role = "migrate", start = "start", log = "migrate", cpu = 512, memory = 1024, command = ["flask", "db", "upgrade"], health = null }
    drill     = { role = "drill", start = "start", log = "drill", cpu = 1024, memory = 2048, command = ["flask", "drill", "cluster"], health = null }
    bootstrap = { role = "migrate", start = "start-bootstrap", log = "migrate", cpu = 512, memory = 1024, command = ["flask", "db", "bootstrap", "--upgrade"], health = null }
  }
}
