"""Visits booked, past and cancelled."""
