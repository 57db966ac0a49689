# The backup account of the cell "east".

cell              = "east"
region            = "us-east-1"
far_region        = "us-west-2"
account_id        = "111111111111"
backup_account_id = "222222222222"
alert_mails       = ["owner@example.com"]
