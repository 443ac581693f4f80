"""What a document is, by its own words: one file for each question."""
