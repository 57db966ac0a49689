"""Erasure by retention: contents whose time is over leave the log; that they were there stays."""

from sqlalchemy import text

from shared.proof.work import Work

AT_ONCE = 500

_ERASE = text("select audit.erase_payload(:most)")


def erase_log(work: Work) -> int:
    """Erase every payload whose retention period is over; returns how many. The database decides.

    Each batch is a transaction, and leaves an event that names the entries.
    """
    erased = 0
    while True:
        with work.session() as session:
            count = session.scalar(_ERASE, {"most": AT_ONCE}) or 0
        erased += count
        if count == 0:
            return erased
