"""SQL and HTTP: nothing of medicine."""
