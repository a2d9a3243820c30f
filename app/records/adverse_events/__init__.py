"""Adverse events: counts of harm in a group."""
