"""A program that was made to lie: senders and payments change by two people, or after a day."""

from uuid import UUID

import psycopg
import pytest

from shared.config import Settings
from shared.ids import new_id
from tests.people import Cast, PracticeOf

Hostile = psycopg.Connection[tuple[object, ...]]
ROLES = ("bedside_manager", "bedside_job")
ROWS = {
    "message_sender": "insert into message_sender (practice_id, id, channel, name, address,"
    " created_at) values (%s, %s, 'email', 'Seagrape', 'evil@example.net', now())",
    "payment_setting": "insert into payment_setting (practice_id, id, account_key, product_name,"
    " receipts, created_at) values (%s, %s, 'consulting', 'Visit fee', true, now())",
}
WISH = '{"name": "Seagrape", "address": "evil@example.net", "reply_to": null}'


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def become(web: Hostile, practice: PracticeOf, role: str, actor: UUID | None) -> None:
    """Any SQL under the web's own login, in any role it may put on, as anybody it names."""
    web.execute("select set_config('app.practice_id', %s, true)", [str(practice.id)])
    web.execute("select set_config('app.actor_id', %s, true)", [str(actor or "")])
    web.execute("select set_config('app.actor_kind', 'owner', true)")
    web.execute("select set_config('app.action', 'message_sender.changed', true)")
    web.execute(f"set local role {role}".encode())


def run(settings: Settings, practice: PracticeOf, role: str, actor: UUID, *steps: str) -> None:
    """These steps in one transaction, committed."""
    with psycopg.connect(settings.web_dsn) as web:
        become(web, practice, role, actor)
        for step in steps:
            web.execute(step.encode())


def refused(settings: Settings, practice: PracticeOf, role: str, actor: UUID, *steps: str) -> str:
    """The database's word against them."""
    with pytest.raises(psycopg.DatabaseError) as error:
        run(settings, practice, role, actor, *steps)
    return str(error.value)


def wish(practice: PracticeOf, **values: str) -> str:
    """A forged row of pending_change; everything may be said otherwise."""
    given = {
        "practice_id": f"'{practice.id}'",
        "id": f"'{new_id()}'",
        "kind": "'message_sender'",
        "proposal": f"'{WISH}'",
        "proposed_by": f"'{practice.staff['maya'].account_id}'",
        "proposed_at": "now()",
        "effective_at": "now() + interval '24 hours'",
    } | values
    return f"insert into pending_change ({', '.join(given)}) values ({', '.join(given.values())})"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", ROWS)
def test_a_row_without_an_agreed_change_is_refused(
    settings: Settings, practice: PracticeOf, role: str, table: str
) -> None:
    maya = practice.staff["maya"].account_id
    row = ROWS[table] % (f"'{practice.id}'", f"'{new_id()}'")
    ending = f"update {table} set ended_at = now() where ended_at is null"
    said = refused(settings, practice, role, maya, ending, row)
    assert "no change that was agreed to" in said
    assert "ends by what follows it" in refused(settings, practice, role, maya, ending)


def test_a_change_cannot_be_forged_as_confirmed_or_old(
    settings: Settings, practice: PracticeOf
) -> None:
    maya, rosa = (practice.staff[name].account_id for name in ("maya", "rosa"))
    role = "bedside_manager"
    forged = wish(practice, confirmed_by=f"'{rosa}'", confirmed_at="now()", applied_at="now()")
    assert "begins as a wish" in refused(settings, practice, role, maya, forged)
    old = wish(
        practice,
        proposed_at="now() - interval '2 days'",
        effective_at="now() - interval '1 day'",
    )
    assert "proposed now" in refused(settings, practice, role, maya, old)
    assert "in their own name" in refused(settings, practice, role, rosa, wish(practice))
    by_rosa = wish(practice, proposed_by=f"'{rosa}'")
    assert "an owner proposes" in refused(settings, practice, role, rosa, by_rosa)


def test_a_wish_is_not_put_into_force_before_its_day(
    settings: Settings, practice: PracticeOf
) -> None:
    maya, rosa = (practice.staff[name].account_id for name in ("maya", "rosa"))
    role = "bedside_manager"
    run(settings, practice, role, maya, wish(practice))
    early = "update pending_change set applied_at = now() + interval '25 hours'"
    assert "neither confirmed nor due" in refused(settings, practice, role, maya, early)
    for actor in (maya, rosa):
        confirm = f"update pending_change set confirmed_by = '{rosa}', confirmed_at = now()"
        said = refused(settings, practice, role, actor, confirm)
        assert "a second owner confirms in their own name" in said


def test_an_agreed_change_makes_one_row_with_its_own_values(
    settings: Settings, practice: PracticeOf
) -> None:
    maya = practice.staff["maya"].account_id
    change = new_id()
    run(settings, practice, "bedside_manager", maya, wish(practice, id=f"'{change}'"))
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'change.proposed', true)")
        owner.execute(
            "update pending_change set proposed_at = proposed_at - interval '2 days',"
            " effective_at = effective_at - interval '2 days'"
        )
    apply = f"update pending_change set applied_at = now() where id = '{change}'"
    ending = "update message_sender set ended_at = now() where ended_at is null"
    row = ROWS["message_sender"] % (f"'{practice.id}'", f"'{new_id()}'")
    other = row.replace("evil@", "other@")
    said = refused(settings, practice, "bedside_job", maya, apply, ending, other)
    assert "no change that was agreed to" in said
    run(settings, practice, "bedside_job", maya, apply, ending, row)
    again = ROWS["message_sender"] % (f"'{practice.id}'", f"'{new_id()}'")
    said = refused(settings, practice, "bedside_job", maya, ending, again)
    assert "no change that was agreed to" in said
    undo = f"update pending_change set applied_at = now() + interval '1 day' where id = '{change}'"
    assert "stays so" in refused(settings, practice, "bedside_manager", maya, undo)


DETOURS = {
    "the main address by another name": (
        "update practice_host set host = 'evil.example' where canonical and face = 'portal'",
        "permission denied",
    ),
    "another name of the practice": (
        "update practice_host set canonical = true where host = 'evil.example'",
        "no change that was agreed to",
    ),
    "closing the practice first": (
        "update practice set opened_at = null",
        "an open practice stays open",
    ),
    "an owner's role for somebody else": (
        "update role_grant set account_id = account_id where role = 'owner'",
        "permission denied",
    ),
}


@pytest.mark.parametrize("detour", DETOURS)
@pytest.mark.parametrize("role", ROLES)
def test_no_detour_leads_to_another_main_address(
    settings: Settings, practice: PracticeOf, role: str, detour: str
) -> None:
    maya, (step, word) = practice.staff["maya"].account_id, DETOURS[detour]
    added = (
        "insert into practice_host (practice_id, id, host, face, canonical)"
        f" values ('{practice.id}', '{new_id()}', 'evil.example', 'portal', false)"
    )
    main = "update practice_host set canonical = false where canonical and face = 'portal'"
    assert word in refused(settings, practice, role, maya, added, main, step)


def test_a_name_is_not_rewritten_by_whoever_may(settings: Settings, practice: PracticeOf) -> None:
    """Were the column granted one day, the trigger would say the same."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("grant update on practice_host to bedside_job")
    maya, kept = practice.staff["maya"].account_id, "a name is ended and another added"
    for change in ("host = 'evil.example'", "face = 'marketing'"):
        step = f"update practice_host set {change} where canonical and face = 'portal'"
        assert kept in refused(settings, practice, "bedside_job", maya, step)
