"""Writing records of every kind: one mechanism for requests, imports, proposals and the desk."""

from app.writing.changes import Writer as Writer
from app.writing.changes import writing as writing
from app.writing.editable import draft_of as draft_of
