"""Outcomes and their results."""
