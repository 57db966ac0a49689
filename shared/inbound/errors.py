"""What inbound refuses."""


class NotificationRefused(Exception):
    """Not genuine, not recent, or not readable. The reason is for the log, not for the sender."""
