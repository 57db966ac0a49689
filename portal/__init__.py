"""The patient portal: what a patient needs to act on, and nothing else."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__, url_prefix="/portal", template_folder="templates")
