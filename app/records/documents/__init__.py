"""Documents: texts as they were retrieved."""
