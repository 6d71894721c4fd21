"""What a setting of a clinic is: its kind, where it is shown and written, and how it is kept."""
