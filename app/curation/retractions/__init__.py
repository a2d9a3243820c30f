"""What became of publications after they appeared: notices are read, and citations marked."""
