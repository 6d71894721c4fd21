"""What every way to a clinic's system is made of: requests, who we are, and what is left open."""
