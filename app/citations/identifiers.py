"""Identifiers of publications: written as every identifier is."""

from app.identifiers import example, normalised

__all__ = ["example", "normalised"]
