"""The harm profile of a treatment, put together from claims, counts and cases."""
