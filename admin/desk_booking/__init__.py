"""Booking for somebody on the phone, and moving a visit while they wait."""
