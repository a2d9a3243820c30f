"""Many new records at once, with everything that the journal derives from them."""
