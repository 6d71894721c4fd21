"""What people see and tap, by subject: buttons, handlers that call and show, views that draw."""
