"""Evidence Base: what is known about treatments, each fact tied to the words it was read from."""
