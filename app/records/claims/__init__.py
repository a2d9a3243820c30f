"""Claims: what a source states, and where."""
