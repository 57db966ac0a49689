"""Encounters at the desk: the note, its signature and addenda, and the patient's summary."""
