"""SQLAlchemy: tables, one repository per aggregate, the transaction and the migrations.

Rows never leave this package; repositories return the values of `services.model`.
"""
