"""One reader for every format that is lines of tags: RIS, MEDLINE, Web of Science, Refer, Ovid."""

from app.ingest.formats.tagged.declaration import Tagged
from app.ingest.formats.tagged.medline import MEDLINE
from app.ingest.formats.tagged.ovid import OVID
from app.ingest.formats.tagged.reader import entries
from app.ingest.formats.tagged.refer import REFER
from app.ingest.formats.tagged.ris import RIS
from app.ingest.formats.tagged.web_of_science import WEB_OF_SCIENCE

TAGGED: dict[str, Tagged] = {
    each.format: each for each in (RIS, MEDLINE, WEB_OF_SCIENCE, REFER, OVID)
}

__all__ = ["TAGGED", "Tagged", "entries"]
