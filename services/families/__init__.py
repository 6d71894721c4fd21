"""Families on their way from /start to home: consents, children, wishes, phones."""
