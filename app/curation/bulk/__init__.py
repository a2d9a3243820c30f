"""Many drafts of any kind at once: each read and checked as one alone, written by the batch."""
