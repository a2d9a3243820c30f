"""What is told across records: search, harms, the evidence map, figures, the release."""
