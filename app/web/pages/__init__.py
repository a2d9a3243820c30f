"""The pages, a file a page: what it reads, in the order in which it is read."""
