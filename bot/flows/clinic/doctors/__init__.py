"""A clinic's doctors, as its administrators keep them: name and room, and new ones."""
