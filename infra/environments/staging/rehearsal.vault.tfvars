# The backup account of the cell "rehearsal".

cell              = "rehearsal"
region            = "us-east-1"
far_region        = "us-west-2"
account_id        = "333333333333"
backup_account_id = "444444444444"
alert_mails       = ["owner@example.com"]
