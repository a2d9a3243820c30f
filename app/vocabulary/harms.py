"""Adverse events, case reports, regulation."""

from app.vocabulary.base import Vocabulary


class Stated(Vocabulary):
    """An answer that may be missing. Source: this project."""

    YES = "yes", "The source says yes."
    NO = "no", "The source says no."
    NOT_STATED = "not_stated", "The source does not say."


class AdverseEventScope(Vocabulary):
    """What a count of adverse events covers. Source: this project, after ClinicalTrials.gov."""

    ONE_TERM = "one_term", "One adverse effect."
    ANY_EVENT = "any_event", "Any adverse event."
    ANY_SERIOUS = "any_serious", "Any serious adverse event."
    ANY_OTHER = "any_other", "Any adverse event that is not serious."
    ANY_RELATED = "any_related", "Any event held to be caused by the treatment."
    DEATH = "death", "Death from any cause."
    WITHDRAWAL = "withdrawal", "Withdrawal because of adverse events."


class Relatedness(Vocabulary):
    """Whether only events blamed on the treatment were counted. Source: after CONSORT Harms."""

    ALL_CAUSES = "all_causes", "Whatever the cause."
    RELATED = "related", "Held to be caused by the treatment."
    NOT_STATED = "not_stated", "The source does not say."


class Assessment(Vocabulary):
    """How events were found. Source: ClinicalTrials.gov v2 EventAssessment."""

    SYSTEMATIC = "systematic", "Everybody was asked or tested."
    NON_SYSTEMATIC = "non_systematic", "Only what was mentioned."
    NOT_STATED = "not_stated", "The source does not say."


class Reporter(Vocabulary):
    """Who tells of a case. Source: this project."""

    DOCUMENT_AUTHORS = "document_authors", "The authors of the document, of their own patient."
    CITATION = "citation", "A publication."


class CaseEventType(Vocabulary):
    """What happened to a patient. Source: this project, after ICH E2B."""

    EXPOSURE = "exposure", "A treatment was given."
    RE_EXPOSURE = "re_exposure", "A treatment was given again."
    RESPONSE = "response", "How the patient did."
    ADVERSE_EVENT = "adverse_event", "Harm was seen."
    ACTION_TAKEN = "action_taken", "A treatment was stopped or changed."
    DIAGNOSIS = "diagnosis", "A diagnosis was made."


class EventOutcome(Vocabulary):
    """How an event ended. Source: ICH E2B(R3) E.i.7."""

    RECOVERED = "recovered", "Recovered."
    RECOVERING = "recovering", "Recovering."
    ONGOING = "ongoing", "Not recovered, still going on."
    RECOVERED_WITH_SEQUELAE = "recovered_with_sequelae", "Recovered with lasting damage."
    FATAL = "fatal", "Died of it."
    UNKNOWN = "unknown", "Not known."


class DrugRole(Vocabulary):
    """What a treatment is to a case. Source: ICH E2B(R3) G.k.1, treatment of the case added."""

    SUSPECT = "suspect", "Suspected of the harm."
    CONCOMITANT = "concomitant", "Given at the same time."
    INTERACTING = "interacting", "Suspected together with another."
    TREATMENT = "treatment", "Given to treat what happened."


class RegulatoryState(Vocabulary):
    """What an authority decided on a treatment for a use. Source: this project."""

    APPROVED = "approved", "Approved for this use."
    NOT_APPROVED = "not_approved", "Not approved for this use."
    UNDER_REVIEW = "under_review", "Being decided."
    SUSPENDED = "suspended", "Approval paused."
    REVOKED = "revoked", "Approval ended."
