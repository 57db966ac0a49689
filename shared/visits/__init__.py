"""Visits: coming, the room, going on by phone, the end, and the proof that the room is gone."""
