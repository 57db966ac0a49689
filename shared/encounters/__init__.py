"""Encounters: what a visit is in the record, its note, and the summary the patient gets."""
