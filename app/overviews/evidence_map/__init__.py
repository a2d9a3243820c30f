"""The evidence map: how many studies, by design, looked at what; never what they found."""
