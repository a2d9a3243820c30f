"""The curation desk: pages for people who write, signed in by a session of their own.

Nothing but these pages takes the session's cookie, and every form brings back a token.
"""
