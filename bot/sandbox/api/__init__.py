"""The Bot API's methods: read, checked against Telegram's limits, carried out."""
