"""`flask staff invite`: prints what the mail carries; refuses what it does not know."""

import re

from flask import Flask

from tests.people import Cast
from tests.visiting import Visitor, mails

INVITE = ("staff", "invite", "--practice", "seagrape", "--name", "Nadia Cole")
NOWHERE = ("staff", "invite", "--practice", "nowhere", "--name", "N")


def test_invite_prints_a_link_and_code_that_open_the_desk(app: Flask, cast: Cast) -> None:
    result = app.test_cli_runner().invoke(
        args=[*INVITE, "--email", "nadia@seagrape.example", "--role", "owner", "--role", "nurse"]
    )
    assert result.exit_code == 0, result.output
    link = re.search(r"Link: http://localhost(/admin/invitations/\S+)", result.output)
    code = re.search(r"Code: (\d{4} \d{4})", result.output)
    assert link
    assert code
    assert mails(cast.seagrape.id)[-1][1]["code"] == code[1]
    visitor = Visitor(app)
    visitor.get(link[1])
    assert visitor.submit("/admin/invitations", code=code[1]).status_code == 303
    assert visitor.get("/admin/staff").status_code == 200


def test_invite_refuses_unknown_roles_and_practices(app: Flask, cast: Cast) -> None:
    runner = app.test_cli_runner()
    role = runner.invoke(args=[*INVITE, "--email", "n@x.example", "--role", "patient"])
    assert role.exit_code == 1
    assert "Roles are" in role.output
    place = runner.invoke(args=[*NOWHERE, "--email", "n@x.example", "--role", "owner"])
    assert place.exit_code == 1
    assert "no practice nowhere" in place.output
