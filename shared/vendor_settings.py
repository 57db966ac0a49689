"""Settings of the outside world: AWS, the second mail provider, Stripe, Whereby, the sandbox."""

from dataclasses import dataclass, field
from typing import Any


def setting(env: str, about: str, default: str | None = None, *, secret: bool = False) -> Any:
    """Declare one setting: its variable, what it is for, its default (None: required)."""
    return field(metadata={"env": env, "about": about, "default": default, "secret": secret})


@dataclass(frozen=True, slots=True)
class VendorSettings:
    """Where each vendor is, and what of theirs is ours; part of `shared.config.Settings`."""

    sandbox_url: str = setting(
        "BEDSIDE_SANDBOX_URL", "the vendors' stand-ins; never in production", ""
    )
    sandbox_public_url: str = setting(
        "BEDSIDE_SANDBOX_PUBLIC_URL", "the sandbox as a browser reaches it", ""
    )
    aws_region: str = setting("AWS_REGION", "AWS region (United States only)", "us-east-1")
    kms_key_id: str = setting("BEDSIDE_KMS_KEY_ID", "KMS key that wraps data keys", "alias/bedside")
    documents_bucket: str = setting(
        "BEDSIDE_DOCUMENTS_BUCKET", "S3 bucket for documents", "bedside-documents"
    )
    archive_bucket: str = setting(
        "BEDSIDE_ARCHIVE_BUCKET",
        "S3 bucket with Object Lock, of another account, for proofs of the log",
        "bedside-archive",
    )
    archive_key_id: str = setting(
        "BEDSIDE_ARCHIVE_KEY_ID",
        "KMS key of that bucket's own account; BEDSIDE_KMS_KEY_ID when empty",
        "",
    )
    archive_account: str = setting(
        "BEDSIDE_ARCHIVE_ACCOUNT", "number of the AWS account that bucket belongs to", ""
    )
    database_cluster: str = setting(
        "BEDSIDE_DATABASE_CLUSTER", "name of the Aurora cluster, to ask about its backups", ""
    )
    signing_key_id: str = setting(
        "BEDSIDE_SIGNING_KEY_ID",
        "KMS key (ECC_NIST_P256) that signs checkpoints; only the worker's role may use it",
        "alias/bedside-signing",
    )
    ses_configuration_set: str = setting(
        "BEDSIDE_SES_CONFIGURATION_SET", "SES configuration set that publishes events", "bedside"
    )
    sns_topic_arn: str = setting(
        "BEDSIDE_SNS_TOPIC_ARN",
        "the only SNS topic whose messages are believed",
        "arn:aws:sns:us-east-1:000000000000:bedside-ses-events",
    )
    sns_cert_host: str = setting(
        "BEDSIDE_SNS_CERT_HOST",
        "host of SNS signing certificates",
        "sns.us-east-1.amazonaws.com",
    )
    sns_cert_scheme: str = setting(
        "BEDSIDE_SNS_CERT_SCHEME", "https, or http for the sandbox", "https"
    )
    resend_api_base: str = setting(
        "RESEND_API_BASE", "the second mail provider's API", "https://api.resend.com"
    )
    resend_api_key: str = setting(
        "RESEND_API_KEY", "its key; without one there is no second provider", "", secret=True
    )
    stripe_api_base: str = setting("STRIPE_API_BASE", "Stripe's API", "https://api.stripe.com")
    stripe_practice_secret_key: str = setting(
        "STRIPE_PRACTICE_SECRET_KEY", "key of the practice's Stripe account", "", secret=True
    )
    stripe_practice_webhook_secret: str = setting(
        "STRIPE_PRACTICE_WEBHOOK_SECRET", "secret of its webhook endpoint", "", secret=True
    )
    stripe_consulting_secret_key: str = setting(
        "STRIPE_CONSULTING_SECRET_KEY", "key of the consulting Stripe account", "", secret=True
    )
    stripe_consulting_webhook_secret: str = setting(
        "STRIPE_CONSULTING_WEBHOOK_SECRET", "secret of its webhook endpoint", "", secret=True
    )
    whereby_api_base: str = setting(
        "WHEREBY_API_BASE", "the video vendor's API", "https://api.whereby.dev/v1"
    )
    whereby_api_key: str = setting(
        "WHEREBY_API_KEY", "its key; without one visits are by phone", "", secret=True
    )
    whereby_webhook_secret: str = setting(
        "WHEREBY_WEBHOOK_SECRET", "secret of its webhook endpoint", "", secret=True
    )
    whereby_origin: str = setting(
        "WHEREBY_ORIGIN",
        "the one origin whose rooms a visit page may frame, https://name.whereby.com",
        "",
    )
