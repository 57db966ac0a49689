"""The database says yes to everything: the doors still give nobody what is not theirs.

When a door changes on purpose: `pytest tests/integration/attack/test_doors.py --accept`, and read
the difference before committing it.
"""

from itertools import zip_longest
from pathlib import Path

import pytest

from shared.access import policy, principal
from shared.access.principal import STAFF_ROLES, OpenGlass, Principal, Role
from tests.integration.attack.doors import GROUPS, account_of
from tests.integration.attack.world import NOW, World, viewers


def compare(path: Path, found: str, request: pytest.FixtureRequest) -> None:
    """With the file that a reviewer has read."""
    if request.config.getoption("--accept"):
        path.write_text(found)
    assert found == path.read_text()


@pytest.mark.parametrize("group", GROUPS)
def test_doors_give_what_was_reviewed(
    world: World, golden: Path, request: pytest.FixtureRequest, group: str
) -> None:
    path = golden / f"{group}.txt"
    if request.config.getoption("--accept"):
        path.write_text("".join(f"{line}\n" for line in account_of(world, group)))
    wanted = path.read_text().splitlines()
    # Line by line, to stop at the first that differs.
    for line, reviewed in zip_longest(account_of(world, group), wanted, fillvalue="(nothing)"):
        assert line == reviewed


def chosen_by(who: Principal) -> str:
    """What somebody may do, and under which of their roles."""
    chosen = []
    for name in sorted(policy.CAPABILITIES):
        try:
            chosen.append(f"{name}={policy.choose_role(who, name)}")
            assert policy.holds(who, name)
        except policy.Refused:
            assert not policy.holds(who, name)
    return " ".join(chosen)


def scopes_account(practice_id: object) -> list[str]:
    """What is left to who acts for a patient and was given a part of the record, or nothing."""
    lines = []
    for role in (Role.PROXY, Role.PATIENT):
        for given in (None, (), *((scope,) for scope in sorted(policy.SCOPES))):
            scopes = None if given is None else frozenset(given)
            who = Principal(practice_id, frozenset({role}), scopes=scopes)  # type: ignore[arg-type]
            sees = [scope for scope in sorted(policy.SCOPES) if who.may(scope)]
            lines.append(f"{role} with {given} may {chosen_by(who)}")
            lines.append(f"    sees {' '.join(sees) or 'nothing'}")
    return lines


def policy_account(practice_id: object) -> str:
    """The table, what it means for the database, and what the questions about it answer."""
    lines = [f"{name}: {', '.join(roles)}" for name, roles in sorted(policy.CAPABILITIES.items())]
    lines += [f"gated: {', '.join(sorted(policy.GATED))}"]
    lines += [f"behind the glass: {', '.join(sorted(policy.BEHIND_GLASS))}"]
    lines += [f"{role} -> {name}" for role, name in sorted(principal.DB_ROLE.items())]
    pairs = [(role,) for role in Role] + [
        (Role.OWNER, Role.PHYSICIAN),
        (Role.NURSE, Role.RECEPTIONIST),
        (Role.NURSE, Role.PHYSICIAN),
        (),
    ]
    for roles in pairs:
        who = Principal(practice_id, frozenset(roles))  # type: ignore[arg-type]  # a UUID
        lines.append(f"{'+'.join(sorted(roles)) or 'nobody'} may {chosen_by(who)}")
        lines.append(
            f"    anonymous={who.is_anonymous} patient={who.is_patient} staff={who.is_staff}"
            f" kind={who.kind}"
        )
    return "\n".join([*lines, *scopes_account(practice_id)]) + "\n"


def test_the_policy_is_as_reviewed(
    world: World, golden: Path, request: pytest.FixtureRequest
) -> None:
    compare(golden / "policy.txt", policy_account(world.cast.seagrape.id), request)


def test_an_unknown_capability_is_a_defect(world: World) -> None:
    with pytest.raises(KeyError):
        policy.choose_role(Principal.anonymous(world.cast.seagrape.id), "everything")


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_the_glass_opens_one_patient_to_who_may_break_it(world: World, role: Role) -> None:
    ana, ben = world.patients["ana"].id, world.patients["ben"].id
    glass = OpenGlass(ana, ana, "emergency", NOW)
    broken = Principal(world.cast.seagrape.id, frozenset({role}), glass=glass)
    whole = Principal(world.cast.seagrape.id, frozenset({role}))
    may = role in policy.CAPABILITIES["patient.break_glass"]
    for capability in policy.CAPABILITIES:
        opened = may and capability in policy.BEHIND_GLASS
        assert policy.opened_by_glass(broken, capability, ana) is opened
        assert not policy.opened_by_glass(broken, capability, ben)
        assert not policy.opened_by_glass(broken, capability, None)
        assert not policy.opened_by_glass(whole, capability, ana)
    doctor = Principal(world.cast.seagrape.id, frozenset({role, Role.PHYSICIAN}), glass=glass)
    assert not policy.opened_by_glass(doctor, "patient.story", ana)


def test_a_transaction_says_who_asks(world: World) -> None:
    everybody = viewers(world.cast, world.patients)
    for name, viewer in everybody.items():
        context = viewer.context(request_id="r", reason="why")
        assert context.db_role == principal.DB_ROLE[viewer.acting_as or Role.ANONYMOUS], name
        assert context.actor_kind == (viewer.acting_as or Role.ANONYMOUS).value
        assert (context.practice_id, context.actor_id) == (viewer.practice_id, viewer.account_id)
        assert (context.patient_id, context.visitor) == (viewer.patient_id, viewer.visitor)
        assert (context.session_id, context.request_id) == (viewer.session_id, "r")
        assert context.reason == "why"
        assert context.on_behalf_of is None
    job = everybody["job"]
    assert job.context().reason == "test"
    assert job.acting_as is Role.JOB
    assert everybody["ana"].context().reason is None
    ana = everybody["ana"]
    proxy = ana.under(Role.PROXY)
    assert proxy.context().on_behalf_of == ana.patient_id
    assert Principal(ana.practice_id, ana.roles).context().db_role == "bedside_public"
