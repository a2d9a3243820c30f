"""Full text: what may be asked, how both databases find and rank it, and snippets."""
