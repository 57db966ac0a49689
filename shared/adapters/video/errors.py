"""What can go wrong between us and the video vendor, by what the caller may do next."""


class VideoError(Exception):
    """Base of every error of this adapter; `code` is safe to keep and to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unavailable(VideoError):
    """No clear answer: a room may or may not have been made. Look for it before asking again."""


class Limited(Unavailable):
    """The organisation's points of this minute are spent; nothing happened."""

    def __init__(self, code: str, *, wait_seconds: float) -> None:
        super().__init__(code)
        self.wait_seconds = wait_seconds


class Refused(VideoError):
    """The vendor understood and will not do it; repeating changes nothing."""
