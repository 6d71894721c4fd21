"""What people are written without having asked."""
