"""The patient portal: what a patient needs to act on, and nothing else."""

from flask import Blueprint

from portal.context import add_context

blueprint = Blueprint("portal", __name__, url_prefix="/portal", template_folder="templates")

add_context(blueprint)

# Each room registers its views on the blueprint; one line a room.
from portal.appointments import views as appointments_views  # noqa: E402, F401
from portal.booking import holds as holds_views  # noqa: E402, F401
from portal.booking import views as booking_views  # noqa: E402, F401
from portal.dispatches import views as dispatches_views  # noqa: E402, F401
from portal.guests import views as guests_views  # noqa: E402, F401
from portal.home import views as home_views  # noqa: E402, F401
from portal.looks import views as looks_views  # noqa: E402, F401
from portal.payments import views as payments_views  # noqa: E402, F401
from portal.profile import address, preferences, texts  # noqa: E402, F401
from portal.profile import views as profile_views  # noqa: E402, F401
from portal.security import passkeys  # noqa: E402, F401
from portal.security import views as security_views  # noqa: E402, F401
from portal.sign_in import (  # noqa: E402, F401
    by_passkey,
    links,
    views,
)
from portal.summaries import views as summaries_views  # noqa: E402, F401
from portal.visits import arriving, calling, checking, consents, phoning  # noqa: E402, F401
from portal.visits import views as visits_views  # noqa: E402, F401
