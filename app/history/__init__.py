"""Reading the past: versions, what differs between them, lists as of a moment, the feed."""
