"""What people do to records: write, propose, merge duplicates, mark retractions."""
