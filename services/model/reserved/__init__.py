"""Times that are kept for some children: for whom, until when, and who these are."""
