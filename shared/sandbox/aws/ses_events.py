"""What becomes of a mail, and the news of it: Send, Delivery, Bounce, Complaint, Delay."""

from typing import Final

from shared.sandbox.aws.ses_shapes import Json, bounce, complaint, delay, delivery, iso, mail_part
from shared.sandbox.aws.sns import publish
from shared.sandbox.store import Row, pack, unpack
from shared.sandbox.world import Sandbox

SIMULATOR: Final = "simulator.amazonses.com"
# Order between the events of one mail, in seconds of real time; SES itself promises none.
PAUSE: Final = 0.4
STATES: Final = {
    "Send": "sent",
    "Delivery": "delivered",
    "Bounce": "bounced",
    "Complaint": "complained",
    "DeliveryDelay": "delayed",
}
KINDS: Final = ("delivery", "bounce", "complaint", "delivery_delay", "transient_bounce")


def _tell(world: Sandbox, row: Row, event: str, detail: Json, after: float) -> None:
    key = {"DeliveryDelay": "deliveryDelay"}.get(event, event.lower())
    message = {"eventType": event, "mail": mail_part(world, row), key: detail}
    world.store.run(
        "insert into mail_event (message_id, at, kind, detail) values (?, ?, ?, ?)",
        row["message_id"],
        world.clock.timestamp() + after,
        event,
        pack(detail),
    )
    sql = "update mail set state = ? where message_id = ?"
    world.store.run(sql, STATES[event], row["message_id"])
    publish(world, message, after)


def _suppress(world: Sandbox, address: str, reason: str) -> None:
    if address.lower().endswith(f"@{SIMULATOR}"):
        return
    sql = "insert or replace into suppressed (address, reason, at) values (?, ?, ?)"
    world.store.run(sql, address.lower(), reason, world.clock.timestamp())


def _fate(world: Sandbox, address: str) -> tuple[str, str | None]:
    """Event and subtype in store for one address: the simulator's, the suppressed, the rest."""
    local, _, domain = address.lower().rpartition("@")
    if domain == SIMULATOR:
        local = local.partition("+")[0]
        simulated: dict[str, tuple[str, str | None]] = {
            "bounce": ("Bounce", "General"),
            "suppressionlist": ("Bounce", "OnAccountSuppressionList"),
            "complaint": ("Complaint", None),
        }
        return simulated.get(local, ("Delivery", None))
    row = world.store.one("select reason from suppressed where address = ?", address.lower())
    if row is None:
        return "Delivery", None
    event = "Bounce" if row["reason"] == "BOUNCE" else "Complaint"
    return event, "OnAccountSuppressionList"


def _find_mail(world: Sandbox, message_id: str) -> Row | None:
    return world.store.one("select * from mail where message_id = ?", message_id)


def tell_outcome(world: Sandbox, message_id: str, recipients: list[str]) -> None:
    """Queue the events of a mail just accepted, each recipient according to their fate."""
    row = _find_mail(world, message_id)
    if row is None:
        return
    now = iso(world.clock.now())
    _tell(world, row, "Send", {}, 0)
    for address in recipients:
        event, subtype = _fate(world, address)
        if event == "Bounce":
            _tell(
                world, row, event, bounce(now, [address], "Permanent", subtype or "General"), PAUSE
            )
            continue
        if subtype is None:
            # A complaint comes from somebody who got the mail.
            _tell(world, row, "Delivery", delivery(now, [address]), PAUSE)
        if event == "Complaint":
            _tell(world, row, event, complaint(now, [address], subtype), 2 * PAUSE)


def tell_later(world: Sandbox, message_id: str, kind: str) -> bool:
    """Something a person or test decides happens to a kept mail; False when there is none."""
    row = _find_mail(world, message_id)
    if row is None or row["provider"] != "ses":
        return False
    to: list[str] = unpack(row["recipients"])
    now = world.clock.now()
    with world.store.transaction():
        if kind == "bounce":
            _tell(world, row, "Bounce", bounce(iso(now), to, "Permanent", "General"), 0)
        elif kind == "transient_bounce":
            _tell(world, row, "Bounce", bounce(iso(now), to, "Transient", "MailboxFull"), 0)
        elif kind == "complaint":
            _tell(world, row, "Complaint", complaint(iso(now), to, None), 0)
        elif kind == "delivery_delay":
            _tell(world, row, "DeliveryDelay", delay(now, to), 0)
        elif kind == "delivery":
            _tell(world, row, "Delivery", delivery(iso(now), to), 0)
        if kind in {"bounce", "complaint"}:
            for address in to:
                _suppress(world, address, kind.upper())
    return True
