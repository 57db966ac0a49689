"""The practice's desk: schedule, people, staff, the log."""

from flask import Blueprint

from admin.context import add_context

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

add_context(blueprint)

# Each room registers its views on the blueprint; one line a room.
from admin.attention import views as attention_views  # noqa: E402, F401
from admin.brand import views as brand_views  # noqa: E402, F401
from admin.break_glass import views as break_glass_views  # noqa: E402, F401
from admin.desk_booking import moves as desk_moves  # noqa: E402, F401
from admin.desk_booking import people as desk_people  # noqa: E402, F401
from admin.desk_booking import views as desk_booking_views  # noqa: E402, F401
from admin.encounters import addenda as note_addenda  # noqa: E402, F401
from admin.encounters import notes as encounter_notes  # noqa: E402, F401
from admin.encounters import summaries as encounter_summaries  # noqa: E402, F401
from admin.encounters import views as encounter_views  # noqa: E402, F401
from admin.events import records as events_records  # noqa: E402, F401
from admin.events import views as events_views  # noqa: E402, F401
from admin.first_run import views as first_run_views  # noqa: E402, F401
from admin.hosts import views as hosts_views  # noqa: E402, F401
from admin.hours import changes as hours_changes  # noqa: E402, F401
from admin.hours import views as hours_views  # noqa: E402, F401
from admin.inbox import views as inbox_views  # noqa: E402, F401
from admin.keyboard import views as keyboard_views  # noqa: E402, F401
from admin.licences import views as licences_views  # noqa: E402, F401
from admin.palette import views as palette_views  # noqa: E402, F401
from admin.patients import records as patient_records  # noqa: E402, F401
from admin.patients import sign_ins as patient_sign_ins  # noqa: E402, F401
from admin.patients import views as patients  # noqa: E402, F401
from admin.practice import views as practice_views  # noqa: E402, F401
from admin.rehearsal import views as rehearsal_views  # noqa: E402, F401
from admin.schedule import views as schedule_views  # noqa: E402, F401
from admin.security import devices as security_devices  # noqa: E402, F401
from admin.security import views as security_views  # noqa: E402, F401
from admin.settings import views as settings_views  # noqa: E402, F401
from admin.sheets import views as sheets_views  # noqa: E402, F401
from admin.sign_in import invitations, views  # noqa: E402, F401
from admin.staff import closing as staff_closing  # noqa: E402, F401
from admin.staff import views as staff_views  # noqa: E402, F401
from admin.today import views as today_views  # noqa: E402, F401
from admin.toll_free import views as toll_free_views  # noqa: E402, F401
from admin.vendors import views as vendors_views  # noqa: E402, F401
from admin.visit_types import views as visit_types_views  # noqa: E402, F401
from admin.visits import company as visit_company  # noqa: E402, F401
from admin.visits import quality as visit_quality  # noqa: E402, F401
from admin.visits import views as visits_views  # noqa: E402, F401
from admin.warmups import views as warmups_views  # noqa: E402, F401
