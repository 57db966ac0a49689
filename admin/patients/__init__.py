"""Patients as the desk sees them: found by a few letters, reached by phone, their story told."""
