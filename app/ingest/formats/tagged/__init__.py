"""One reader for every format that is lines of tags: RIS, MEDLINE, Web of Science, Refer, Ovid."""
