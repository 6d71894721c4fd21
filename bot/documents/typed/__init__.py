"""What people type, read as dates, phones and hours."""
