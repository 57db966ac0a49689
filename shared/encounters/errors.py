"""What keeps a note or a summary from being saved or signed, with what the page needs to say."""


class WritingRefused(Exception):
    """Base of everything a writer is told and can do something about."""


class NotTheirs(WritingRefused):
    """Only the practitioner who saw the patient writes and signs the note."""


class ChangedMeanwhile(WritingRefused):
    """Another window saved first; `version` is the text's now. What was typed here is kept."""

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class AlreadySigned(WritingRefused):
    """Signed, or approved: nothing changes it. What was typed since is kept beside it."""


class NothingWritten(WritingRefused):
    """There is no text to sign or to send."""


class NotHeld(WritingRefused):
    """The visit has not begun, or was called off: there is nothing to sign yet."""


class NotSigned(WritingRefused):
    """The note comes first: a summary is sent, and an addendum added, once it is signed."""


class TooLong(WritingRefused):
    """More than a section holds; `section` says which one."""

    def __init__(self, section: str) -> None:
        super().__init__(section)
        self.section = section
