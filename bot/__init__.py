"""Telegram: what people see and tap."""
