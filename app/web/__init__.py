"""Pages: what the API says, for people who would rather look; each links the request behind it."""
