"""`ui` in every template: `ui.button(...)` calls the macro `button` of templates/ui."""

from jinja2 import Environment
from jinja2.runtime import Macro

HOMES = {
    "form": ("form",),
    "field": ("field",),
    "error_summary": ("error_summary",),
    "button": ("button", "link_button", "button_form"),
    "card": ("card",),
    "table": ("table", "cell"),
    "feedback": ("empty_state", "banner", "badge", "toast", "progress", "steps"),
    "content": ("timeline", "definitions", "avatar", "dialog", "brand"),
    "navigation": ("tabs", "pagination", "back_link", "nav_list"),
    "icon": ("icon",),
}
FILES = {macro: f"ui/{home}.html" for home, macros in HOMES.items() for macro in macros}


class Components:
    """Looks a macro up by name, so that pages need no import lines."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Macro:
        if name not in FILES:
            raise AttributeError(f"no component named {name}")
        module = self._environment.get_template(FILES[name]).module
        macro: Macro = getattr(module, name)
        return macro
