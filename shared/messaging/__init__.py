"""Messages to people: what is said (pure), the record that it was said, and the sending."""

from shared.messaging.email import send_email
from shared.messaging.events import (
    Applied,
    apply_ses_event,
    ses_dispatch_id,
    ses_practice_id,
)

__all__ = ["Applied", "apply_ses_event", "send_email", "ses_dispatch_id", "ses_practice_id"]
