"""What `make demo` begins with: clinics, people, and weeks that were lived before they look in."""
