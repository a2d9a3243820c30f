"""Backups of the database, and their way back: whole under their name, or not there."""
