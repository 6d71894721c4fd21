"""Reason, doctor, day, time: everything before a time is held."""
