"""The first-patient list in words: what each point is, why it matters, how it stands.

Shared by the desk's page and `flask preflight`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.preflight.standing import Stand
from shared.web.formats import day, when
from shared.web.i18n import Later, gettext, ngettext
from shared.web.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Words:
    """`why` is shown while the point is red, with the word on the step that mends it."""

    title: Later
    why: Later
    step: Later | None = None


GROUPS = {
    "people": _l("Who can sign in, and who is called"),
    "patients": _l("What patients meet"),
    "mail": _l("Mail and texts"),
    "money": _l("Money"),
    "video": _l("Video visits"),
    "agreements": _l("Agreements"),
    "ground": _l("What keeps it safe"),
}
OPERATOR = _l("The operator does this; the guide to a deployment says how.")
WORDS: dict[str, Words] = {
    "passkeys": Words(
        _l("Everybody in the team has a passkey, owners have two"),
        _l("With one, a lost phone locks an owner out of the practice."),
        _l("Add a passkey"),
    ),
    "owners": Words(
        _l("Two people own the practice"),
        _l("With one owner, nobody can step in for them, and every change waits a day."),
        _l("Invite a second owner"),
    ),
    "escalation_phone": Words(
        _l("There is a phone that rings when something cannot wait"),
        _l("A worrying message at night would wait until morning."),
        _l("Enter the number"),
    ),
    "hours": Words(
        _l("Everybody who sees patients has hours"),
        _l("Without hours there is no time that a patient could book."),
        _l("Set the hours"),
    ),
    "visit_types": Words(
        _l("There is something to book"),
        _l("A kind of visit says how long it takes and what it costs."),
        _l("Add a kind of visit"),
    ),
    "licences": Words(
        _l("Everybody who sees patients holds a licence"),
        _l("A visit counts where the patient is: without a licence there it may not happen."),
        _l("Look at the team"),
    ),
    "policies": Words(
        _l("Privacy, terms, notice of practices and consent are published"),
        _l("Patients have a right to read them before their first visit."),
    ),
    "crisis_contacts": Words(
        _l("Patients in danger are told where to turn nearby"),
        _l("911 and 988 are always shown; the nearest emergency room is yours to add."),
        _l("Add your words"),
    ),
    "rehearsal_visit": Words(
        _l("One visit was held as a rehearsal, from check-in to its end"),
        _l("Book one for yourself at the desk, and be your own first patient."),
        _l("Open the schedule"),
    ),
    "sender": Words(
        _l("Mail comes from your own address"),
        _l("Patients take mail from a name they do not know for spam."),
        _l("Set the sender"),
    ),
    "test_mail": Words(
        _l("A test mail arrived"),
        _l("Only mail that arrives proves that the sender is set up right."),
        _l("Send a test mail"),
    ),
    "mail_domain": Words(
        _l("The sender's domain proves itself to mailbox providers"),
        _l("Without SPF, DKIM and DMARC, sign-in mail ends up in spam. The operator adds them."),
    ),
    "warm_up": Words(
        _l("A new sender's mail grows day by day"),
        _l("A domain that sends much on its first day is taken for a spammer's."),
        _l("Start the plan"),
    ),
    "toll_free": Words(
        _l("The verification of the toll-free number was begun"),
        _l("Carriers take weeks. The kit has the texts, the pictures and the addresses they ask."),
        _l("Open the kit"),
    ),
    "payments": Words(
        _l("Payments go to the account you chose"),
        _l("Money that goes to another account has to be moved by hand."),
        _l("Set how payments are taken"),
    ),
    "stripe": Words(
        _l("Stripe takes real cards and tells us about payments"),
        _l("A paid visit is booked when Stripe's news arrives. Pay once to see that it does."),
    ),
    "video": Words(
        _l("A video room was made and was gone afterwards"),
        _l("It is proven by the first visit by video, such as the rehearsal."),
    ),
    "video_plan": Words(
        _l("The video plan is one for health care, with recording off"),
        _l("Look at it in your account with the video vendor, then sign for it here."),
    ),
    "vendors": Words(
        _l("Everybody who sees patients' data has an agreement with you"),
        _l("Without a business associate agreement they may not see anything."),
        _l("Open the register"),
    ),
    "hosts": Words(
        _l("Every web address shows a good certificate"),
        _l("Without it browsers warn people away. The operator mends it."),
    ),
    "roles": Words(
        _l("The database lets nobody do more than was reviewed"),
        _l("Somebody changed who may do what. Call the operator before anything else."),
    ),
    "backups": Words(
        _l("The database can be set back to any minute of 35 days"),
        OPERATOR,
    ),
    "restore": Words(
        _l("The database was restored from a backup within 35 days"),
        _l("A backup that was never restored is a hope. The operator runs the drill."),
    ),
    "replay": Words(
        _l("The records were rebuilt from the log alone"),
        _l("Ask the operator for a replay drill; its date appears here."),
    ),
    "archive_account": Words(
        _l("Proofs of the log lie locked in another account"),
        _l("Whoever takes over the first account could otherwise remove them."),
    ),
    "sealed": Words(
        _l("The event log is sealed every minute"),
        _l("The worker does not run, or the key service does not answer. Call the operator."),
    ),
    "chain": Words(
        _l("The event log was verified"),
        _l("It is verified every night. Verify it now on the page of the event log."),
        _l("Open the event log"),
    ),
    "archive": Words(
        _l("The nightly copies of the log were verified"),
        _l("The first copy is made on the night after the first day."),
        _l("Open the event log"),
    ),
    "keys": Words(
        _l("Keys are turned every 90 days"),
        OPERATOR,
    ),
    "worker": Words(
        _l("The background worker is at work"),
        _l("While it is silent no mail leaves and no payment is confirmed. Call the operator."),
    ),
    "downtime_sheet": Words(
        _l("There is a sheet to work from when the server is away"),
        _l("It lists who comes and their phones, sealed with a key that only you have."),
        _l("Open the sheets"),
    ),
}
# How a point stands, by its code.
CODES: dict[str, Later] = {
    "never": _l("never"),
    "yours": _l("yours"),
    "built_in": _l("the built-in setting is used"),
    "set": _l("entered"),
    "unset": _l("not entered"),
    "not_started": _l("not started"),
    "since": _l("since %(on)s"),
    "confirmed": _l("signed for"),
    "unsaid": _l("nobody has signed for it"),
    "not_looked": _l("not looked at yet"),
    "no_answer": _l("could not be checked: nobody answered"),
    "last": _l("%(at)s"),
    "failed": _l("did not pass on %(at)s"),
    "ends_on": _l("one ends on %(on)s"),
    "some_of": _l("%(some)s of %(all)s"),
    "absent": _l("not in the register: %(names)s"),
    "no_agreement": _l("no agreement: %(names)s"),
    "ends_soon": _l("ends soon: %(names)s"),
    "no_key": _l("no key is set"),
    "test_key": _l("the key takes test cards only"),
    "no_room": _l("no room was made yet"),
    "made_for": _l("made for %(on)s"),
    "differs": _l("not as reviewed in %(num)s places"),
    "as_reviewed": _l("as reviewed"),
    "plain_http": _l("plain web addresses, as in development"),
    "host_no_answer": _l("%(host)s does not answer"),
    "host_certificate": _l("%(host)s shows a bad certificate"),
    "host_ends": _l("the certificate of %(host)s ends on %(on)s"),
    "hosts_ok": _l("all addresses"),
    "not_at_vendor": _l("%(domain)s is not known to the mail provider"),
    "not_verified": _l("%(domain)s is not verified by the mail provider yet"),
    "no_dkim": _l("DKIM is missing at %(domain)s"),
    "no_spf": _l("SPF is missing at %(name)s"),
    "no_dmarc": _l("DMARC is missing at %(name)s"),
    "domain_ok": _l("%(domain)s: SPF, DKIM and DMARC"),
    "pages_absent": _l("missing: %(names)s"),
    "published": _l("all four"),
    "no_cluster": _l("nobody has told the program which database to ask about"),
    "days": _l("%(num)s days"),
    "unprotected": _l("the database may be deleted, or is not encrypted"),
    "behind": _l("the newest copy is too old"),
    "nothing_stored": _l("nothing is stored there yet"),
    "unlocked": _l("what is stored there is not locked"),
    "no_account": _l("nobody has told the program which account it is"),
    "own_account": _l("it is the practice's own account"),
    "foreign_account": _l("the bucket is not in that account"),
    "locked": _l("locked until %(on)s"),
    "kms_never": _l("the master key is never turned"),
    "kms_days": _l("the master key is turned every %(num)s days"),
    "data_key": _l("the data key is of %(on)s"),
    "turned": _l("the data key is of %(on)s"),
}


def state_words(stand: Stand, zone: str) -> str:
    """How the point stands, for a person."""
    if stand.code == "count":
        return ngettext("%(num)d", "%(num)d", int(stand.seen.get("num", 0)))
    template = CODES.get(stand.code)
    if template is None:
        return stand.code
    return gettext(str(template), **_spoken(stand.seen, zone)) if stand.seen else str(template)


def _spoken(seen: dict[str, Any], zone: str) -> dict[str, str]:
    """Moments and days as people say them."""
    spoken = {name: str(value) for name, value in seen.items()}
    if "at" in seen:
        spoken["at"] = when(datetime.fromisoformat(seen["at"]), zone)
    if "on" in seen:
        spoken["on"] = day(date.fromisoformat(seen["on"]), weekday=False)
    return spoken
