"""Proposals: changes that somebody wants, and that become changes when a curator accepts them."""
