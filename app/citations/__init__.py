"""Citations: publications."""
