"""What a door or a policy answers when it stays shut."""


class NotFound(Exception):
    """Absent, or not yours to see: the same answer, so that existence is not given away."""


class Refused(Exception):
    """The viewer's role does not hold the capability."""


class FreshFactorNeeded(Exception):
    """A sensitive act, and the last proof of identity is too old."""
