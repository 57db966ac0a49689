"""What can be booked: one page for each kind of visit."""
