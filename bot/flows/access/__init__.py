"""Who works at a clinic."""
