"""The closed list of what can need attention, and whose business each is."""

from dataclasses import dataclass

from shared.access.principal import Principal, Role

DESK = frozenset({Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.OWNER})
MONEY = frozenset({Role.PHYSICIAN, Role.RECEPTIONIST, Role.BILLER, Role.OWNER})
HOUSE = frozenset({Role.OWNER})
CLINICAL = frozenset({Role.PHYSICIAN})


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` is how the event log names it; `of` whose work it is to look."""

    name: str
    label: str
    of: frozenset[Role]


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("address_taken_back", "an e-mail address that a stranger may have changed", DESK),
        Kind("mail_bounced", "an address that takes no mail", DESK),
        Kind("mail_complained", "a reader who reported our mail as unwanted", DESK),
        Kind("mail_failed", "a message that did not arrive", DESK),
        Kind("mail_unknown", "a message nobody can tell the fate of", DESK),
        Kind("mail_capped", "mail held back because too much was asked for", HOUSE),
        Kind("mail_unheard", "missing news about sent mail", HOUSE),
        Kind("second_provider_used", "mail sent through the second provider", HOUSE),
        Kind("sender_fallback", "mail sent under the built-in sender", HOUSE),
        Kind("payment_fallback", "payments taken with the built-in settings", HOUSE),
        Kind("refund_failed", "money that did not go back", MONEY),
        Kind("dead_letter", "news that could not be applied", HOUSE),
        Kind("webhooks_missing", "payment news that never arrived", HOUSE),
        Kind("encounter_undocumented", "a visit without a signed note", CLINICAL),
        Kind("summary_unsent", "a visit whose patient got no summary", CLINICAL),
        Kind("video_room_failed", "a video room that could not be made", DESK),
        Kind("video_room_orphaned", "video rooms that no visit needed", HOUSE),
        Kind("visit_unlicensed", "a patient where no licence allows the visit", DESK),
        Kind("codes_guessed", "many wrong recovery codes for a colleague", HOUSE),
        Kind("ground_red", "points of the first-patient list that turned red", HOUSE),
        Kind("agreement_ends", "an agreement with a vendor that ends", HOUSE),
        Kind("sheet_missing", "a downtime sheet that could not be made", HOUSE),
        Kind("log_broken", "an event log that is not what it was", HOUSE),
        Kind("worker_silent", "a silence of the background worker", HOUSE),
    )
}


class UnknownKind(LookupError):
    """A kind that is not in the list. A defect: add it here, with its words in the desk."""


def check_kind(name: str) -> Kind:
    """The kind of that name. Raises UnknownKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds_for(viewer: Principal) -> tuple[str, ...]:
    """The kinds that are the viewer's business."""
    return tuple(name for name, kind in KINDS.items() if viewer.roles & kind.of)
