"""What was sent to the patient, where, and in which state it is."""
