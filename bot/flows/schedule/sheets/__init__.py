"""The clinic's hours and times taken from a sheet and put into one."""
