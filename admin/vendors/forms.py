"""The form of an entry in the register of vendors."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Form
from wtforms.validators import Optional as Maybe

from admin.fields import text

PROBLEMS = {
    ("name", "taken"): _l("Another entry has this name."),
    ("agreed_on", "missing"): _l("Enter when the agreement was signed."),
    ("renews_on", "before"): _l("Enter a day after the one on which it was signed."),
}


class VendorForm(Form):
    """Who, for what, where, and under which agreement."""

    name = text(_l("Name"), longest=80, needed=_l("Enter the name of the vendor."))
    purpose = text(_l("What for"), longest=200, needed=_l("Say what they do for the practice."))
    region = text(_l("Where the data are"), longest=60, needed=_l("Enter where the data are kept."))
    handles_phi = BooleanField(_l("They can see something about patients"))
    agreed_on = DateField(_l("Agreement signed on"), validators=[Maybe()])
    renews_on = DateField(_l("Ends or renews on"), validators=[Maybe()])
    exempt_because = text(_l("Why no agreement is needed"), longest=300)
