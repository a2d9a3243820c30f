"""Discrepancies: where two sources do not say the same."""
