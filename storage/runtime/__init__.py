"""Repositories of what the bot itself keeps."""
