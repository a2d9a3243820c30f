"""Outcomes and results."""

from app.vocabulary.base import Vocabulary


class OutcomeRole(Vocabulary):
    """What an outcome was to the study. Source: ClinicalTrials.gov v2 OutcomeMeasureType."""

    PRIMARY = "primary", "What the study was sized for."
    SECONDARY = "secondary", "Planned beside the primary."
    OTHER = "other", "Planned, further."
    POST_HOC = "post_hoc", "Added after the data were seen."
    NOT_STATED = "not_stated", "The source does not say."


class Metric(Vocabulary):
    """What of the measure is looked at. Source: this project, after ClinicalTrials.gov."""

    VALUE = "value", "Its value at a time."
    CHANGE = "change", "Its change over time."
    EVENT = "event", "Whether something happened."
    TIME_TO_EVENT = "time_to_event", "How long until it happened."
    DURATION = "duration", "How long it lasted."
    PEAK = "peak", "When or how far it was greatest."
    COUNT = "count", "How often it happened."


class Reporting(Vocabulary):
    """How far an outcome was reported. Source: after ORBIT's outcome reporting classes."""

    REPORTED = "reported", "With a number, a direction or a conclusion."
    P_VALUE_ONLY = "p_value_only", "Nothing but a p value."
    STATED_NOT_SIGNIFICANT = "stated_not_significant", "Only said to be not significant."
    ANALYSED_NOT_REPORTED = "analysed_not_reported", "Analysed, results not given."
    MEASURED_NOT_ANALYSED = "measured_not_analysed", "Measured, never analysed."
    PLANNED_NOT_COLLECTED = "planned_not_collected", "Planned, never collected."
    NOT_MEASURED = "not_measured", "Not looked at."
    UNCLEAR = "unclear", "Cannot be told."


class Contrast(Vocabulary):
    """What a result compares. Source: this project."""

    SINGLE_GROUP = "single_group", "One group, nothing compared."
    FROM_BASELINE = "from_baseline", "A group with itself before."
    BETWEEN_GROUPS = "between_groups", "One group with another."
    BETWEEN_SUBGROUPS = "between_subgroups", "One kind of people with another."
    INTERACTION = "interaction", "A difference of differences."
    DOSE_TREND = "dose_trend", "More dose with less."
    NOT_STATED = "not_stated", "The source does not say."


class ResultGroupRole(Vocabulary):
    """Which side of a contrast a group is on. Source: this project."""

    INDEX = "index", "The side the result is about."
    REFERENCE = "reference", "The side it is compared with."


class TimeRelation(Vocabulary):
    """How a result lies to its timepoint. Source: this project."""

    AT = "at", "At that time."
    OVER = "over", "From the start up to that time."
    DURING = "during", "Within that time."
    NOT_AFTER = "not_after", "At that time at the latest: an upper bound."


class Statistic(Vocabulary):
    """What sort of number it is. Source: after the STATO ontology and FHIR R5 statistic types."""

    COUNT = "count", "How many."
    PROPORTION = "proportion", "How many of how many."
    RATE = "rate", "Events for person-time."
    MEAN = "mean", "Arithmetic mean."
    LEAST_SQUARES_MEAN = "least_squares_mean", "Mean adjusted by a model."
    MEDIAN = "median", "Median."
    MEAN_DIFFERENCE = "mean_difference", "Difference of means."
    STANDARDISED_MEAN_DIFFERENCE = (
        "standardised_mean_difference",
        "Difference of means over their standard deviation.",
    )
    RATIO_OF_MEANS = "ratio_of_means", "Ratio of means."
    RISK_RATIO = "risk_ratio", "Ratio of risks."
    ODDS_RATIO = "odds_ratio", "Ratio of odds."
    HAZARD_RATIO = "hazard_ratio", "Ratio of hazards."
    RATE_RATIO = "rate_ratio", "Ratio of rates."
    RISK_DIFFERENCE = "risk_difference", "Difference of risks."
    KAPLAN_MEIER_PROBABILITY = "kaplan_meier_probability", "Probability from a survival curve."
    TEST_STATISTIC = "test_statistic", "t, F, chi square and the like: not an effect."
    OTHER = "other", "Another, told in its own words."


class Qualifier(Vocabulary):
    """How a number is bounded. Source: the source's own sign."""

    EQUAL = "=", "Exactly.", "="
    LESS = "<", "Less than.", "<"
    AT_MOST = "<=", "At most.", "<="
    MORE = ">", "More than.", ">"
    AT_LEAST = ">=", "At least.", ">="
    ABOUT = "about", "About."


class Dispersion(Vocabulary):
    """What a plus-minus stands for. Source: ClinicalTrials.gov v2, CV added."""

    SD = "sd", "Standard deviation.", "SD"
    SE = "se", "Standard error.", "SE"
    IQR = "iqr", "First to third quartile.", "IQR"
    RANGE = "range", "Smallest to largest."
    CV = "cv", "Coefficient of variation.", "CV"
    UNKNOWN = "unknown", "The source does not say."


class ChangeInQuantity(Vocabulary):
    """What the quantity itself did. Source: this project."""

    INCREASE = "increase", "It rose."
    DECREASE = "decrease", "It fell."
    NONE = "none", "It stayed."
    MIXED = "mixed", "Some of each."
    UNCLEAR = "unclear", "Cannot be told."


class Direction(Vocabulary):
    """What a result means for the patient along its contrast. Source: this project."""

    BETTER = "better", "The patient fares better."
    WORSE = "worse", "The patient fares worse."
    NONE = "none", "The patient fares the same."
    MIXED = "mixed", "Some better, some worse."
    UNCLEAR = "unclear", "Cannot be told."


class DirectionBasis(Vocabulary):
    """How a direction is known; never from a p value. Source: this project."""

    STATED = "stated", "The source says so."
    DERIVED = "derived", "From the change and the measure's better direction."


class Conclusion(Vocabulary):
    """What the source concluded, in its own terms. Source: this project, after ICH E9."""

    DIFFERENCE = "difference", "There was a difference."
    NO_DIFFERENCE = "no_difference", "There was no difference."
    NO_IMPROVEMENT = "no_improvement", "It did not get better."
    NO_BENEFIT = "no_benefit", "It did not help."
    NOT_SIGNIFICANT = "not_significant", "Not statistically significant."
    EQUIVALENT = "equivalent", "Shown to be equivalent."
    NON_INFERIOR = "non_inferior", "Shown to be not worse by a margin."
    INCONCLUSIVE = "inconclusive", "Said to be open."
    NONE_DRAWN = "none_drawn", "The source draws none."
