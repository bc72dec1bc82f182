"""Reading tables: from bytes to typed records and problems. Nothing here knows the database."""
