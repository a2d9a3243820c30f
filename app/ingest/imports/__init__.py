"""Citation intake: a file is read and compared (preview), then what was chosen is saved (commit).

A preview keeps every record of the file, whole or broken, with its own text. Nothing becomes a
citation before the commit, which saves all that was chosen in one change, or nothing.
"""

from app.ingest.imports.commit import Choice as Choice
from app.ingest.imports.commit import InvalidRows as InvalidRows
from app.ingest.imports.commit import commit as commit
from app.ingest.imports.preview import preview as preview
