"""The command line: what every command shares, and commands that are about one thing."""
