"""What a family can see, take along, and take back of all that is kept about it."""
