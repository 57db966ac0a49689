"""`ui` in every template: `ui.button(...)` calls the macro `button` of templates/ui."""

from collections.abc import Callable

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from shared.web.icons import draw_icon

HOMES = {
    "form": ("form",),
    "field": ("field",),
    "choices": ("swatches", "switch"),
    "file": ("file_field",),
    "search": ("search", "combobox"),
    "error_summary": ("error_summary",),
    "button": ("button", "link_button", "button_form", "icon_button"),
    "card": ("card", "stat", "stats", "section"),
    "table": ("table", "cell", "export_link"),
    "filters": ("filter_bar", "filter_select", "filter_text", "filter_date"),
    "feedback": ("empty_state", "banner", "badge", "toast"),
    "progress": ("progress", "steps", "skeleton", "checklist"),
    "content": ("timeline", "definitions", "avatar", "brand", "person"),
    "dialog": ("dialog", "confirm", "command_palette", "kbd", "keys"),
    "navigation": ("tabs", "pagination", "back_link", "breadcrumbs", "page_head"),
    "places": ("nav_list", "bottom_nav", "side_nav", "menu", "disclosure"),
    "rows": ("rows", "row"),
    "devices": ("devices",),
    "chart": ("chart",),
    "call": ("call",),
}
FILES = {macro: f"ui/{home}.html" for home, macros in HOMES.items() for macro in macros}


class Components:
    """Looks a macro up by name, so that pages need no import lines."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Macro | Callable[..., Markup]:
        if name == "icon":
            return draw_icon
        if name not in FILES:
            raise AttributeError(f"no component named {name}")
        module = self._environment.get_template(FILES[name]).module
        macro: Macro = getattr(module, name)
        return macro
