"""Page indexes: the rows that filters on people and treatments read, derived from each study."""
