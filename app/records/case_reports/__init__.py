"""Case reports: what happened to a patient, in order."""
