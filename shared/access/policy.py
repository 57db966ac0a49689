"""Who may do what: one readable table, capability by role. What is not here is refused.

The order of roles matters only for the database: a transaction runs as the database role of the
first listed role that the viewer holds (see `principal.DB_ROLE`).
"""

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
    "payment.make": PATIENTS,
    "payment.read": PATIENTS,
    "dispatch.read": PATIENTS,
    "session.manage": (*PATIENTS, *STAFF),
    # The practice's desk.
    "desk.open": STAFF,
    "schedule.read": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "schedule.change": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "patient.contact": (Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST),
    "patient.story": (Role.PHYSICIAN, Role.NURSE),
    "staff.manage": (Role.OWNER,),
    # One's own passkeys and recovery codes. Runs as bedside_gate.
    "factor.manage": STAFF,
    # Vendors' webhooks carry no session; they prove themselves by signature.
    "hooks.receive": (Role.JOB,),
}

# Capabilities whose transaction runs as the doorkeeper, whoever asks: they handle sign-ins.
GATED = frozenset({"sign_in", "factor.manage", "session.manage"})


def choose_role(principal: Principal, capability: str) -> Role:
    """The role under which `principal` holds `capability`; Refused when there is none."""
    for role in CAPABILITIES[capability]:
        if role in principal.roles:
            return role
    raise Refused(capability)


def holds(principal: Principal, capability: str) -> bool:
    """True when `principal` may exercise `capability`."""
    return any(role in principal.roles for role in CAPABILITIES[capability])
