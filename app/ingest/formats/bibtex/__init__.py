"""BibTeX and BibLaTeX: blocks cut out of the text, LaTeX as characters, records as drafts."""
