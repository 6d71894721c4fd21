"""A visit from the search for a time to the doctor's word."""
