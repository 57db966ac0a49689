"""The web process: composes the three faces. The only place that knows all of them."""

from admin import blueprint as admin
from marketing import blueprint as marketing
from portal import blueprint as portal
from shared.app import create_app
from shared.web.hooks import blueprint as hooks

BLUEPRINTS = (marketing, portal, admin, hooks)

app = create_app(BLUEPRINTS)
