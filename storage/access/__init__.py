"""Repositories of posts and of the journal."""
