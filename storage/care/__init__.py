"""Backups, moves from one database into another, and a look over one."""
