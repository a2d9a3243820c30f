"""Questions made up at random, as strategies of hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.records.population.criteria import Question
from tests.records.population.generator import CONDITIONS, TREATMENTS

Values = dict[str, st.SearchStrategy[str]]

AGES = [
    "6..12",
    "8..22",
    "18",
    "6mo..2y",
    "0",
    "0..17",
    "18..64",
    "65..",
    "..12",
    "90d",
    "23..none",
]
_PEOPLE: Values = {
    "age": st.sampled_from(AGES),
    "age.within": st.sampled_from(AGES),
    "age_group": st.sampled_from(["child", "adult", "older_adult"]),
    "sex": st.sampled_from(["all", "female", "male"]),
    "n": st.sampled_from(["10..", "..49", "0..0", "11..300"]),
    "country": st.sampled_from(["DE", "NL", "US", "FR"]),
    "condition": st.sampled_from(sorted(CONDITIONS)),
}
_NUMBERS: Values = {
    **_PEOPLE,
    "treatment": st.sampled_from(sorted(TREATMENTS)),
    "treatment_role": st.sampled_from(["investigated", "comparator"]),
    "comparator": st.sampled_from(sorted(TREATMENTS)),
}
_RESULTS: Values = {
    "direction": st.sampled_from(["better", "worse"]),
    "conclusion": st.sampled_from(["difference", "no_difference"]),
    "contrast": st.sampled_from(["single_group", "between_groups", "between_subgroups"]),
}
_SILENT = {f"{name}.missing": st.sampled_from(["true", "false"]) for name in _PEOPLE}
_SILENT.pop("age.within.missing")


def with_not(values: Values) -> Values:
    """Each criterion, and that it is left out."""
    return {**values, **{f"{name}.not": each for name, each in values.items()}}


OF_STUDIES = {**with_not(_PEOPLE), **_SILENT}
OF_HARMS = with_not(_NUMBERS)
OF_OUTCOMES = with_not({**_NUMBERS, **_RESULTS})


@st.composite
def questions(draw: st.DrawFn, values: Values, most: int = 4) -> Question:
    """One to four criteria, each with a value or two; now and then a good many."""
    several = draw(st.sampled_from([1, 2, 3, most]))
    names = draw(
        st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=several, unique=True)
    )
    return {name: draw(st.lists(values[name], min_size=1, max_size=2)) for name in names}
