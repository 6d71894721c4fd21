"""What is watched while the bot serves: figures, alarms, health, logs and the ticks."""
