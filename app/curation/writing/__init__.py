"""Writing records of every kind: one mechanism for requests, imports, proposals and the desk."""

from app.curation.writing.changes import Writer as Writer
from app.curation.writing.changes import open_writer as open_writer
from app.curation.writing.editable_form import editable_form as editable_form
