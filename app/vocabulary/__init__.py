"""Every controlled value, with label and definition: served at /v1/vocabularies, CHECKed in SQL."""

from app.vocabulary.base import Vocabulary as Vocabulary
from app.vocabulary.base import spelled as spelled
from app.vocabulary.curation import *
from app.vocabulary.harms import *
from app.vocabulary.results import *
from app.vocabulary.sources import *
from app.vocabulary.studies import *
from app.vocabulary.terms import *

VOCABULARIES: dict[str, type[Vocabulary]] = {
    vocabulary.__name__: vocabulary
    for vocabulary in sorted(Vocabulary.__subclasses__(), key=lambda found: found.__name__)
}
