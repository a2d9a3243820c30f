"""Flat tables: one row a number, for statistics programs and spreadsheets."""
