"""Groups for which the clinic keeps times, put down at the desk."""
