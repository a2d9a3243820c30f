"""Studies, with the people in them."""
