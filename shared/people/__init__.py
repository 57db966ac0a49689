"""People: who somebody is to the practice, recognised when they come back."""

from shared.people.details import PersonDetails, clean_name, name_key
from shared.people.patients import choose_patient, create_patient, is_known, settle_patient

__all__ = [
    "PersonDetails",
    "choose_patient",
    "clean_name",
    "create_patient",
    "is_known",
    "name_key",
    "settle_patient",
]
