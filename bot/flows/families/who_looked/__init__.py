"""Who of the clinics' staff saw or changed a child's data."""
