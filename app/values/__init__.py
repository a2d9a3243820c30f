"""Values with rules of their own: ages, time points, dates, identifiers, text, quotes."""
