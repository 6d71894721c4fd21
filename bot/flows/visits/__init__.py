"""A visit for the family: searched, booked, seen, moved, cancelled, asked about."""
