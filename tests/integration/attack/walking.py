"""Walking the url map: every route, as a browser would reach it, pointing at somebody's things."""

from dataclasses import dataclass, field

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shared.access.policy import CAPABILITIES
from shared.access.principal import Role
from shared.web.policy import capability_of
from tests.belongings import Belongings
from tests.browsing import Browser

FACES = ("portal", "admin")
# Names of arguments that say whose a thing is; the others name public or unguessable things.
PUBLIC = frozenset(
    {
        "token",
        "slug",
        "name",
        "path",
        "account_key",
        "template",
        "target_type",
        "face",
        "digest",
        "kind",
        "line",
    }
)
REFUSED = frozenset({401, 403, 404})
# A page of each face that everybody signed in may open, and one for strangers: for forms' tokens.
PRINTED_ON = {"portal": "/portal/appointments", "admin": "/admin/security"}
# These end the session that walks.
ENDS_THE_WALK = frozenset({"portal.session_destroy", "admin.session_destroy"})


def face_of(rule: Rule) -> str:
    """The face, or other blueprint, that a route belongs to."""
    return rule.endpoint.partition(".")[0]


def rules_of(app: Flask, *faces: str) -> list[Rule]:
    """The routes of some faces, in an order that stays."""
    rules = [rule for rule in app.url_map.iter_rules() if face_of(rule) in faces]
    return sorted(rules, key=lambda rule: rule.rule)


def owned(rule: Rule) -> bool:
    """True when the address names a thing that belongs to a person or a practice."""
    return bool(rule.arguments - PUBLIC)


def holders(app: Flask, rule: Rule) -> tuple[Role, ...]:
    """The roles that hold the capability of a route."""
    return CAPABILITIES[capability_of(app, rule.endpoint) or ""]


def address(app: Flask, rule: Rule, things: Belongings) -> str:
    """The path of a route that points at `things`; a new argument's name must be added there."""
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(
            rule.endpoint, {name: things.ids[name] for name in rule.arguments}
        )
    return str(built)


def methods(rule: Rule) -> list[str]:
    """What a browser would send."""
    return sorted((rule.methods or set()) & {"GET", "POST"})


@dataclass
class Walker:
    """Somebody's browser on its way through every route, with one token for its forms."""

    browser: Browser
    face: str
    page: str | None = None
    token: str = ""
    fields: dict[str, object] = field(default_factory=dict)

    def prepare(self) -> "Walker":
        """Fetch the token for the forms, once."""
        if not self.token:
            page = self.page or f"/{self.face}/sign-in"
            self.token = str(self.browser.hidden(page).get("csrf_token", ""))
            assert self.token, page
        return self

    def send(self, method: str, path: str) -> TestResponse:
        """One request; a form carries a good CSRF token and whatever `fields` say."""
        if method == "GET":
            return self.browser.get(path)
        self.prepare()
        return self.browser.post(path, {"csrf_token": self.token, **self.fields})


def walker(browser: Browser, face: str, *, signed_in: bool) -> Walker:
    """A walker for one face."""
    return Walker(browser, face, PRINTED_ON[face] if signed_in else None)
