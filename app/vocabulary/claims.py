"""Claims: what a source states, how firmly."""

from app.vocabulary.base import Vocabulary


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
