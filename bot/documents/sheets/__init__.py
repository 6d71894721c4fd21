"""Sheets that people fill in and get: CSV and XLSX."""
