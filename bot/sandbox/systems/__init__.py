"""Clinics' own systems that never were: a small FHIR server with OAuth, and a small 1С. They have
bad days on demand, and can be switched off and on."""
