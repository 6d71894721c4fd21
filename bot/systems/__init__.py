"""How clinics' own systems are spoken to: an adapter a folder."""
