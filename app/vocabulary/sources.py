"""Sources: documents, citations, how a link to them is known, and the claims that they make."""

from app.vocabulary.base import Vocabulary


class SegmentKind(Vocabulary):
    """The parts a document's text falls into. Source: this project."""

    PARAGRAPH = "paragraph", "A block of text between empty lines."
    SENTENCE = "sentence", "A sentence inside a paragraph."
    LIST_HEADER = "list_header", "The line that introduces a list."
    LIST_ITEM = "list_item", "One item of a list, without its marker."
    REFERENCE = "reference", "One entry of the reference list, without its number."
    BOILERPLATE = "boilerplate", "Words or marks that say nothing about treatments."


class CitationType(Vocabulary):
    """What kind of publication it is. Source: CSL item types (with _ for -)."""

    ARTICLE_JOURNAL = "article_journal", "An article in a journal."
    ARTICLE = "article", "A preprint, working paper or other article outside a journal."
    BOOK = "book", "A whole book."
    CHAPTER = "chapter", "A chapter of a book."
    DATASET = "dataset", "Data."
    PAPER_CONFERENCE = "paper_conference", "A paper or abstract of a conference."
    REPORT = "report", "A report."
    THESIS = "thesis", "A thesis."
    WEBPAGE = "webpage", "A page of the web."
    PATENT = "patent", "A patent."
    LEGISLATION = "legislation", "A law or regulation."
    DOCUMENT = "document", "Anything else."


class PublicationStatus(Vocabulary):
    """What became of a publication after it appeared. Source: after Crossref update types."""

    ORDINARY = "ordinary", "No notice known."
    CORRECTED = "corrected", "A correction was published."
    EXPRESSION_OF_CONCERN = "expression_of_concern", "The editors doubt it."
    RETRACTED = "retracted", "Withdrawn by its publisher."


class IdentifierScheme(Vocabulary):
    """Who gives out an identifier. Source: each scheme's owner."""

    DOI = "doi", "Digital object identifier, lower case, without address.", "DOI"
    PMID = "pmid", "PubMed number.", "PMID"
    PMCID = "pmcid", "PubMed Central number, with PMC.", "PMCID"
    NCT = "nct", "ClinicalTrials.gov number.", "NCT"
    ISRCTN = "isrctn", "ISRCTN registry number.", "ISRCTN"
    ISBN = "isbn", "Book number, 13 digits.", "ISBN"


class Basis(Vocabulary):
    """How a fact is known, best first. Source: this project."""

    FULL_TEXT = "full_text", "Read in the full report."
    ABSTRACT = "abstract", "Read in the abstract."
    REGISTRY = "registry", "Read in a trial registry."
    SECONDARY_DOCUMENT = "secondary_document", "Read in a document about the study."
    TITLE_ONLY = "title_only", "Read off a title."


class LinkBasis(Vocabulary):
    """How it is known that a source belongs to a statement. Source: this project."""

    IN_TEXT = "in_text", "The source itself says so."
    REGISTRY = "registry", "A registry says so."
    CURATOR_INFERRED = "curator_inferred", "A curator concluded it; the rationale tells why."
    UNRESOLVED = "unresolved", "Looked for and not settled."


class Confidence(Vocabulary):
    """How sure the curator is of an inferred link. Source: this project."""

    HIGH = "high", "Hardly another reading."
    MODERATE = "moderate", "The likeliest of several readings."
    LOW = "low", "One reading among several."


class Registry(Vocabulary):
    """Where a study is registered. Source: each registry."""

    CLINICALTRIALS_GOV = "clinicaltrials_gov", "The US registry.", "ClinicalTrials.gov"
    ISRCTN = "isrctn", "The ISRCTN registry.", "ISRCTN"
    EU_CTR = "eu_ctr", "The EU Clinical Trials Register.", "EU CTR"
    OTHER = "other", "Another registry."


class ClaimKind(Vocabulary):
    """What a statement is about. Source: this project."""

    CLASSIFICATION = "classification", "What a treatment is, or is related to."
    FINDING = "finding", "What a study was or found."
    ADVERSE_EFFECT = "adverse_effect", "A harm stated of a treatment."
    REGULATORY = "regulatory", "What an authority allows."
    OPINION = "opinion", "What people think."
    EVIDENCE_GAP = "evidence_gap", "What is not known or not proven."
    CASE = "case", "What happened to a patient."


class Polarity(Vocabulary):
    """Whether a statement affirms. Source: this project."""

    AFFIRMED = "affirmed", "It is so."
    NEGATED = "negated", "It is not so."
    NOT_PROVEN = "not_proven", "It has not been shown: not the same as not so."


class Modality(Vocabulary):
    """How firmly a statement is made. Source: this project."""

    STATED = "stated", "Plainly."
    TENDENCY = "tendency", "As a tendency."
    POSSIBLE = "possible", "As something that may happen."
    ASSOCIATION = "association", "As seen together, cause open."
    EMERGING_SIGNAL = "emerging_signal", "As something lately noticed."
    OBSERVED = "observed", "As seen in a patient."
