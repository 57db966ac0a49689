"""The practice's desk: schedule, people, staff, the log."""

from flask import Blueprint

from admin.context import add_context

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

add_context(blueprint)

# Each room registers its views on the blueprint; one line a room.
from admin.patients import views as patients  # noqa: E402, F401
from admin.schedule import views as schedule_views  # noqa: E402, F401
from admin.security import views as security_views  # noqa: E402, F401
from admin.sign_in import invitations, views  # noqa: E402, F401
from admin.staff import views as staff_views  # noqa: E402, F401
from admin.today import views as today_views  # noqa: E402, F401
