"""The command line: serve, migrate, seed, export, import, look up, keys."""
