"""What the command line says about a clinic's file, and what its poster says."""
