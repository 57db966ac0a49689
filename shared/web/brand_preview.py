"""A look that is tried out: the tokens of both schemes, each for one panel of the page only."""

from shared.practices.look import Brand
from shared.practices.tokens import declarations

# A panel keeps its scheme whatever the browser prefers.
PANELS = {"light": ".brand-preview--light", "dark": ".brand-preview--dark"}
# Values that are looked up on the page itself.
LEFT_OUT = ("mark-", "motif-")


def preview_css(look: Brand) -> str:
    """The style sheet of the preview."""
    return "@layer utilities{" + "".join(_panel(look, scheme) for scheme in PANELS) + "}"


def _panel(look: Brand, scheme: str) -> str:
    tokens = declarations(scheme) | look.tokens()
    body = "".join(
        f"--{name}:{value};" for name, value in tokens.items() if not name.startswith(LEFT_OUT)
    )
    return f"{PANELS[scheme]}{{color-scheme:{scheme};{body}}}"
