"""A child whom the registry entered wrongly."""
