"""Who may do what: one readable table, capability by role. What is not here is refused.

The order of roles matters only for the database: a transaction runs as the database role of the
first listed role that the viewer holds (see `principal.DB_ROLE`).
"""

from uuid import UUID

from shared.access.errors import Refused
from shared.access.principal import Principal, Role

ANYONE = (
    Role.PATIENT,
    Role.PROXY,
    Role.PHYSICIAN,
    Role.NURSE,
    Role.RECEPTIONIST,
    Role.BILLER,
    Role.OWNER,
    Role.AUDITOR,
    Role.ANONYMOUS,
)
PATIENTS = (Role.PATIENT, Role.PROXY)
STAFF = (
    Role.PHYSICIAN,
    Role.NURSE,
    Role.RECEPTIONIST,
    Role.BILLER,
    Role.OWNER,
    Role.AUDITOR,
)

CAPABILITIES: dict[str, tuple[Role, ...]] = {
    # Public pages, static files, health checks: no person's data.
    "public.read": ANYONE,
    # Signing in and out, accepting an invitation. Runs as bedside_gate: see GATED.
    "sign_in": ANYONE,
    # A stranger or a patient looks at times, holds one and releases it.
    "booking.browse": ANYONE,
    "booking.hold": (*PATIENTS, Role.ANONYMOUS),
    "portal.home": PATIENTS,
    "appointment.read": PATIENTS,
    "appointment.cancel": PATIENTS,
    # Coming to one's visit: check-in, waiting, the call, going on by phone.
    "visit.attend": PATIENTS,
    "payment.make": PATIENTS,
    "payment.read": PATIENTS,
    "dispatch.read": PATIENTS,
    # What the practitioner wrote for the patient after a visit.
    "summary.read": PATIENTS,
    # Who looked at one's own record, and why.
    "looks.read": PATIENTS,
    "session.manage": (*PATIENTS, *STAFF),
    # A patient's own contact data and choices; whoever acts for a patient may not.
    "profile.read": (Role.PATIENT,),
    "profile.change": (Role.PATIENT,),
    # The patient's address and passkeys. Run as bedside_gate.
    "profile.move": (Role.PATIENT,),
    # The practice's desk.
    "desk.open": STAFF,
    "schedule.read": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "schedule.change": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "patient.contact": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "patient.story": (Role.PHYSICIAN,),
    # What a patient paid, and what was sent to them.
    "patient.payments": (Role.PHYSICIAN, Role.BILLER),
    "patient.messages": (Role.PHYSICIAN, Role.NURSE),
    # That a visit took place; what was said in it; writing, signing and telling the patient.
    "encounter.read": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.BILLER),
    "note.read": (Role.PHYSICIAN,),
    "note.write": (Role.PHYSICIAN,),
    # Taking a list that names patients out of the house, each of them noted.
    "list.export": (Role.PHYSICIAN, Role.RECEPTIONIST, Role.BILLER, Role.OWNER),
    # How many and how much, about nobody in particular.
    "figures.read": (
        Role.PHYSICIAN,
        Role.NURSE,
        Role.RECEPTIONIST,
        Role.BILLER,
        Role.OWNER,
    ),
    "money.read": (Role.BILLER, Role.OWNER),
    # Who waits for a visit, and how visits by video go; holding one is its practitioner's alone.
    "visit.watch": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "visit.hold": (Role.PHYSICIAN,),
    "visit.quality": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.OWNER),
    # An interpreter or a relative with a link of their own. Runs as bedside_gate.
    "visit.guest": ANYONE,
    # Where the practitioners may practise, and which texts patients agree to.
    "licence.read": (Role.OWNER, Role.PHYSICIAN),
    "licence.manage": (Role.OWNER,),
    # Opening one patient's story for an hour, noticed and reviewed.
    "patient.break_glass": (Role.NURSE, Role.RECEPTIONIST, Role.BILLER),
    "break_glass.review": (Role.OWNER,),
    "staff.manage": (Role.OWNER,),
    # Closing a sign-in, or letting it in again; ending a role, and with the last one the
    # sessions. The first and the last run as bedside_gate.
    "staff.close": (Role.OWNER,),
    "role.end": (Role.OWNER,),
    "patient.close_account": (Role.PHYSICIAN, Role.RECEPTIONIST),
    # The event log: reading it, and taking a part of it out of the house.
    "log.read": (Role.OWNER, Role.AUDITOR),
    "log.export": (Role.OWNER, Role.AUDITOR),
    # One's own passkeys and recovery codes. Runs as bedside_gate.
    "factor.manage": STAFF,
    # What needs attention, addresses that get no mail, settings, dead letters, rehearsals.
    "attention.read": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.BILLER, Role.OWNER),
    "suppression.lift": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.OWNER),
    "settings.manage": (Role.OWNER,),
    "inbox.manage": (Role.OWNER,),
    "rehearsal.run": (Role.OWNER,),
    # Vendors' webhooks carry no session; they prove themselves by signature.
    "hooks.receive": (Role.JOB,),
}

# What a proxy was given (patient_access.scopes), by capability. A parent or guardian stands in for
# the patient and is held back nowhere (45 CFR 164.502(g)); a proxy may what is named, no more: a
# patient's capability that is in neither of these is refused.
SCOPE_OF = {
    "booking.hold": "visits",
    "appointment.read": "visits",
    "appointment.cancel": "visits",
    "visit.attend": "visits",
    "payment.make": "money",
    "payment.read": "money",
    "dispatch.read": "messages",
    "looks.read": "record",
    "summary.read": "record",
}
SCOPES = frozenset(SCOPE_OF.values())
WITHOUT_SCOPE = frozenset(
    {"public.read", "sign_in", "visit.guest", "booking.browse", "portal.home", "session.manage"}
)

# Capabilities whose transaction runs as the doorkeeper, whoever asks: they handle sign-ins.
GATED = frozenset(
    {
        "sign_in",
        "factor.manage",
        "profile.move",
        "visit.guest",
        "session.manage",
        "staff.close",
        "role.end",
    }
)
# What an open break-glass grant adds, for its one patient: read as a clinician, under one's own
# name and with the grant's reason.
BEHIND_GLASS = frozenset({"patient.contact", "patient.story", "encounter.read", "note.read"})


def choose_role(principal: Principal, capability: str) -> Role:
    """The role under which `principal` holds `capability`; Refused when there is none."""
    for role in CAPABILITIES[capability]:
        if role in principal.roles and _in_scope(principal, role, capability):
            return role
    raise Refused(capability)


def holds(principal: Principal, capability: str) -> bool:
    """True when `principal` may exercise `capability`."""
    return any(
        role in principal.roles and _in_scope(principal, role, capability)
        for role in CAPABILITIES[capability]
    )


def _in_scope(principal: Principal, role: Role, capability: str) -> bool:
    if role is not Role.PROXY or principal.scopes is None or capability in WITHOUT_SCOPE:
        return True
    return SCOPE_OF.get(capability) in principal.scopes


def opened_by_glass(principal: Principal, capability: str, patient_id: UUID | None) -> bool:
    """True when the capability comes from the principal's open grant for exactly this patient."""
    return (
        capability in BEHIND_GLASS
        and patient_id is not None
        and principal.opens(patient_id)
        and holds(principal, "patient.break_glass")
        and not holds(principal, "patient.story")
    )
