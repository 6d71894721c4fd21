"""What people type: lines, and how a button remembers words."""
