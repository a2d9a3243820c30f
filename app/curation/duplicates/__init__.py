"""Citations that are one publication: found, judged, joined, and taken apart again."""
