"""Booking: what times are open, who holds them, how a visit is booked and cancelled."""
