"""Studies: design, populations, arms."""

from app.vocabulary.base import Vocabulary, spelled


class StudyType(Vocabulary):
    """How people came to be studied. Source: ClinicalTrials.gov v2 StudyType, and four more."""

    INTERVENTIONAL = "interventional", "The investigators assigned the treatment."
    OBSERVATIONAL = "observational", "The investigators watched what happened anyway."
    EXPANDED_ACCESS = "expanded_access", "Treatment outside a trial, before approval."
    CASE_SERIES = "case_series", "Several patients described, no comparison."
    CASE_REPORT = "case_report", "One patient described, or a few one by one."
    REVIEW = "review", "Puts together what others studied."
    COMMENTARY = "commentary", "Argues; no data of its own."


class Allocation(Vocabulary):
    """How people came into their arm. Source: ClinicalTrials.gov v2 DesignAllocation."""

    RANDOMIZED = "randomized", "By chance."
    NON_RANDOMIZED = "non_randomized", "By choice."
    NA = "na", "There is one arm only.", "not applicable"


class InterventionModel(Vocabulary):
    """How arms are arranged. Source: ClinicalTrials.gov v2 InterventionalAssignment."""

    SINGLE_GROUP = "single_group", "One arm."
    PARALLEL = "parallel", "Arms side by side."
    CROSSOVER = "crossover", "Each person gets one treatment after the other."
    FACTORIAL = "factorial", "Treatments in all combinations."
    SEQUENTIAL = "sequential", "Groups follow one another, as in dose finding."


class ObservationalModel(Vocabulary):
    """How people are chosen and followed. Source: ClinicalTrials.gov v2 ObservationalModel."""

    COHORT = "cohort", "A group followed over time."
    CASE_CONTROL = "case_control", "People with and without an outcome compared."
    CASE_ONLY = "case_only", "Only people with the outcome."
    CASE_CROSSOVER = "case_crossover", "Each case compared with itself at another time."
    ECOLOGIC_OR_COMMUNITY = "ecologic_or_community", "Whole communities compared."
    FAMILY_BASED = "family_based", "Families."
    DEFINED_POPULATION = "defined_population", "A population defined beforehand."
    NATURAL_HISTORY = "natural_history", "The course of a disease."
    OTHER = "other", "None of the others."


class Design(Vocabulary):
    """What a study's own data can compare, read off how it was arranged. Source: this project."""

    RANDOMIZED = "randomized", "Chance decided who got what."
    OTHER_CONTROLLED = "other_controlled", "Somebody else is compared with, not by chance."
    UNCONTROLLED = "uncontrolled", "Nobody else is compared with."
    CASES = "cases", "Patients described one by one."
    SECONDARY = "secondary", "No patients of its own: a review or a comment."
    UNCLEAR = "unclear", "The sources do not say enough."

    @classmethod
    def _missing_(cls, value: object) -> Vocabulary | None:
        """Read what links of before say for `randomized`, too."""
        return cls.RANDOMIZED if spelled(str(value)) == "randomised" else super()._missing_(value)


class PrimaryPurpose(Vocabulary):
    """What the study is for. Source: ClinicalTrials.gov v2 PrimaryPurpose."""

    TREATMENT = "treatment", "To treat."
    PREVENTION = "prevention", "To prevent."
    DIAGNOSTIC = "diagnostic", "To diagnose."
    ECT = "ect", "Educational, counselling or training."
    SUPPORTIVE_CARE = "supportive_care", "To support."
    SCREENING = "screening", "To screen."
    HEALTH_SERVICES_RESEARCH = "health_services_research", "To study how care is delivered."
    BASIC_SCIENCE = "basic_science", "To learn how something works."
    DEVICE_FEASIBILITY = "device_feasibility", "To try a device."
    OTHER = "other", "None of the others."


class Masking(Vocabulary):
    """How many parties did not know the arm. Source: ClinicalTrials.gov v2 DesignMasking."""

    NONE = "none", "Open label: everybody knew."
    SINGLE = "single", "One party did not know."
    DOUBLE = "double", "Two parties did not know."
    TRIPLE = "triple", "Three parties did not know."
    QUADRUPLE = "quadruple", "Participant, carer, investigator and assessor did not know."


class Phase(Vocabulary):
    """The phase of a trial. Source: ClinicalTrials.gov v2 Phase, pairs joined."""

    NA = "na", "Phases do not apply.", "not applicable"
    EARLY_PHASE1 = "early_phase1", "Early phase 1.", "early phase 1"
    PHASE1 = "phase1", "Phase 1.", "phase 1"
    PHASE1_PHASE2 = "phase1_phase2", "Phases 1 and 2.", "phase 1/2"
    PHASE2 = "phase2", "Phase 2.", "phase 2"
    PHASE2_PHASE3 = "phase2_phase3", "Phases 2 and 3.", "phase 2/3"
    PHASE3 = "phase3", "Phase 3.", "phase 3"
    PHASE4 = "phase4", "Phase 4.", "phase 4"


class StudyStatus(Vocabulary):
    """How far a study has come. Source: ClinicalTrials.gov v2 Status."""

    NOT_YET_RECRUITING = "not_yet_recruiting", "Not begun."
    RECRUITING = "recruiting", "Looking for participants."
    ENROLLING_BY_INVITATION = "enrolling_by_invitation", "Participants are invited."
    ACTIVE_NOT_RECRUITING = "active_not_recruiting", "Going on, closed to new participants."
    COMPLETED = "completed", "Ended as planned."
    SUSPENDED = "suspended", "Halted, may go on."
    TERMINATED = "terminated", "Halted for good."
    WITHDRAWN = "withdrawn", "Ended before the first participant."
    AVAILABLE = "available", "Expanded access is open."
    NO_LONGER_AVAILABLE = "no_longer_available", "Expanded access has closed."
    TEMPORARILY_NOT_AVAILABLE = "temporarily_not_available", "Expanded access is paused."
    APPROVED_FOR_MARKETING = "approved_for_marketing", "Expanded access ended by approval."
    WITHHELD = "withheld", "The registry withholds it."
    UNKNOWN = "unknown", "Not verified for two years."


class EnrollmentType(Vocabulary):
    """Whether the number enrolled is a count or a plan. Source: ClinicalTrials.gov v2."""

    ACTUAL = "actual", "Counted."
    ESTIMATED = "estimated", "Planned."


class StudyCitationRole(Vocabulary):
    """What a publication is to a study. Source: this project, after ClinicalTrials.gov."""

    RESULTS = "results", "Reports its results."
    PROTOCOL = "protocol", "Describes its plan."
    FOLLOW_UP = "follow_up", "Reports its participants later on."
    COMMENT = "comment", "Comments on it."
    REGISTRY = "registry", "Is its registry entry."


class StudyRelationType(Vocabulary):
    """How one study relates to another. Source: this project."""

    SHARES_PARTICIPANTS_WITH = "shares_participants_with", "Some people are in both."
    SUBSET_OF = "subset_of", "All its people are in the other."
    EXTENSION_OF = "extension_of", "Follows the other's people further."
    POOLS = "pools", "Joins the other's data with more."
    REVIEWS = "reviews", "Reviews the other."


class PopulationKind(Vocabulary):
    """Which people of a study a population is. Source: this project."""

    ELIGIBLE = "eligible", "Those who might take part."
    ENROLLED = "enrolled", "Those who took part."
    ANALYSED = "analysed", "Those in an analysis."
    SUBGROUP = "subgroup", "Some of another population; never added to it."


class Sex(Vocabulary):
    """Which sexes a population has. Source: ClinicalTrials.gov v2 Sex."""

    ALL = "all", "Both sexes."
    FEMALE = "female", "Female only."
    MALE = "male", "Male only."


class AgeGroup(Vocabulary):
    """Standard ages. Source: ClinicalTrials.gov v2 StandardAge."""

    CHILD = "child", "Birth to 17 years."
    ADULT = "adult", "18 to 64 years."
    OLDER_ADULT = "older_adult", "65 years and over."


class AgeBasis(Vocabulary):
    """How a population's ages are known. Source: this project."""

    STATED = "stated", "The source gives the ages."
    REGISTRY = "registry", "The registry gives the ages."
    DERIVED_FROM_LABEL = "derived_from_label", "Read off a word such as children."
    DERIVED_FROM_PARENT = "derived_from_parent", "Inside the ages of those they are some of."
    UNKNOWN = "unknown", "The source does not say."


class ConditionTold(Vocabulary):
    """How it is known that people have a condition. Source: this project."""

    STATED = "stated", "A source says so, or names a narrower condition."
    BROADER = "broader", "A source says no more than a broader condition: it is left open."


class ArmType(Vocabulary):
    """What an arm is for. Source: ClinicalTrials.gov v2 ArmGroupType."""

    EXPERIMENTAL = "experimental", "Gets what is being studied."
    ACTIVE_COMPARATOR = "active_comparator", "Gets another treatment held to work."
    PLACEBO_COMPARATOR = "placebo_comparator", "Gets placebo."
    SHAM_COMPARATOR = "sham_comparator", "Gets a sham procedure."
    NO_INTERVENTION = "no_intervention", "Gets nothing."
    OTHER = "other", "None of the others."


class TreatmentRole(Vocabulary):
    """What a treatment is to an arm. Source: this project."""

    INVESTIGATED = "investigated", "What the study is about."
    COMPARATOR = "comparator", "What it is compared with."
    BACKGROUND = "background", "Given to everybody."
    RESCUE = "rescue", "Given when needed."
    ASSESSMENT = "assessment", "Given to measure something."


class AnalysisSet(Vocabulary):
    """Who of those allocated a number is about. Source: after ICH E9."""

    ALL_RANDOMISED = "all_randomised", "Everybody randomised."
    INTENTION_TO_TREAT = "intention_to_treat", "By allocation, whatever happened."
    PER_PROTOCOL = "per_protocol", "Those who kept to the protocol."
    SAFETY = "safety", "Those who got any treatment."
    COMPLETERS = "completers", "Those who stayed to the end."
    OTHER = "other", "Another set."
    NOT_STATED = "not_stated", "The source does not say."


class CountedUnit(Vocabulary):
    """What is counted. Source: this project, after ClinicalTrials.gov typeUnitsAnalyzed."""

    PARTICIPANTS = "participants", "People."
    BODY_PARTS = "body_parts", "Eyes, limbs, teeth."
    SESSIONS = "sessions", "Infusions, visits, procedures."
    SAMPLES = "samples", "Specimens."
    CLUSTERS = "clusters", "Practices, schools, villages."
    OTHER = "other", "None of the others."
