"""Repositories of visits and of what belongs to one."""
