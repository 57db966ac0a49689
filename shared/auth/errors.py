"""Why somebody could not sign in. `reason` is for the event log; people read other words."""


class SignInRefused(Exception):
    """Whoever asks has not proven who they are."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkSpent(SignInRefused):
    """The link or attempt is unknown, expired, used, or out of tries: ask for a new mail."""


class OtherBrowser(SignInRefused):
    """The link is good, but this is not the browser that asked: the digits are needed as well."""


class WrongCode(SignInRefused):
    """The digits are wrong; `tries_left` says how often one may still type them."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong_code")
        self.tries_left = tries_left


class NothingToOpen(SignInRefused):
    """The address is proven, but the practice has no record for it and none can be made."""


class AccountClosed(NothingToOpen):
    """The address is proven, but the practice has closed its sign-in."""


class LastFactor(Exception):
    """Without this passkey the person could not sign in any more."""


class TooOften(Exception):
    """Asked too often; `retry_after` says for how many seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too often, wait {retry_after} s")
        self.retry_after = retry_after


class GrantRefused(Exception):
    """A role cannot be given or ended this way; `reason` is the name of the rule."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
