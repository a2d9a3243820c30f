"""What the database holds, a folder a kind: its card, its filters, its draft.

Each kind has these three files, however short one of them is: so nobody has to ask where to look.
"""
