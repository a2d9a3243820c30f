"""What the database holds, a folder a kind: its card, its filters, its draft."""
