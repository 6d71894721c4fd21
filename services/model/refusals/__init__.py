"""Why the clinic says no, by subject. Nothing was written when one of these is raised."""
