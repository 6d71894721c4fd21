"""The rules of the house as plain functions: they know values, and neither database nor clock."""
