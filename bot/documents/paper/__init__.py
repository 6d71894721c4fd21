"""What is printed: sheets of A4 as PDF files."""
