"""When each practitioner sees patients: the ordinary week and the days that differ. Owners only."""
