"""Citations as other programs read them, one module for each format."""

from app.records.citations.formats.bibtex import BIBTEX
from app.records.citations.formats.csl_json import CSL_JSON
from app.records.citations.formats.ris import RIS
from app.records.citations.formats.vancouver import VANCOUVER

CITATION_FORMS = (RIS, BIBTEX, CSL_JSON, VANCOUVER)

__all__ = ["CITATION_FORMS"]
