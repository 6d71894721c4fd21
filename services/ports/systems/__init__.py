"""What use cases need to work with clinics' own systems."""
