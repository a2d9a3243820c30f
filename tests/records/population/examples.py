"""What is said of a population, what is asked, and the answer: definite, possible or no."""

from __future__ import annotations

from typing import Any

CHILDREN = {"key": "children", "age_group": "child"}

LABELS: list[tuple[Any, Any, str]] = [
    ("child", {"age_group": "child"}, "definite"),
    ("child", {"age": "6..12"}, "possible"),
    ("child", {"age": "0..17"}, "definite"),
    ("child", {"age_group": "adult"}, "no"),
    ("child", {"age": "18.."}, "no"),
    ("child", {"age.within": "0..17"}, "definite"),
    ("child", {"age.within": "6..12"}, "possible"),
    ("adult", {"age_group": "adult"}, "definite"),
    ("adult", {"age_group": "child"}, "no"),
    ("adult", {"age_group": "older_adult"}, "possible"),
    ("adult", {"age": "18..none"}, "definite"),
    ("older_adult", {"age_group": "older_adult"}, "definite"),
    ("older_adult", {"age_group": "adult"}, "no"),
    ("older_adult", {"age": "65.."}, "definite"),
    ("older_adult", {"age": "80.."}, "possible"),
]

AGES: list[tuple[Any, Any, str]] = [
    ("8..22", "22", "definite"),  # up to the day before the 23rd birthday
    ("8..22", "23", "no"),
    ("8..22", "8", "definite"),
    ("8..22", "7", "no"),
    ("18", "18..64", "definite"),
    ("18", "0..17", "no"),
    ("17", "18..", "no"),
    ("6mo..11mo", "6mo", "definite"),
    ("6mo..11mo", "5mo", "no"),
    ("6mo..11mo", "0", "definite"),  # in the first year of life
    ("6mo..11mo", "1", "no"),
    ("0", "0", "definite"),
    ("0d..27d", "0", "definite"),
    ("0d..27d", "4wk", "no"),
    ("8..", "6..12", "definite"),  # the youngest are 8, which was asked for
    ("5..", "6..12", "possible"),  # they may all be 5
    ("13..", "6..12", "no"),
    ("..10", "6..12", "definite"),
    ("..20", "6..12", "possible"),  # they may all be 20
    ("..5", "6..12", "no"),
    ("5..none", "6..12", "definite"),  # no limit is a stated bound
    ("5..none", "90..", "definite"),
]

CONTAINED: list[tuple[Any, Any, str]] = [
    ("8..12", "8..12", "definite"),
    ("8..12", "8..11", "no"),
    ("8..12", "9..12", "no"),
    ("8..", "6..12", "possible"),
    ("5..", "6..12", "no"),
    ("13..", "6..12", "no"),
    ("..12", "6..12", "possible"),
    ("..5", "6..12", "no"),
    ("18..none", "18..", "definite"),
    ("18..none", "18..99", "no"),
]

SAID: list[tuple[Any, Any, str]] = [
    ({"sex": "all"}, {"sex": "female"}, "definite"),
    ({"sex": "female"}, {"sex": "all"}, "no"),
    ({"sex": "male"}, {"sex": "female"}, "no"),
    ({}, {"sex": "female"}, "possible"),
    ({"sex": "male"}, {"sex.not": "female"}, "definite"),
    ({"sex": "all"}, {"sex.not": "female"}, "no"),
    ({}, {"sex.not": "female"}, "possible"),
    ({}, {"sex.missing": "true"}, "definite"),
    ({"sex": "male"}, {"sex.missing": "true"}, "no"),
    ({"sex": "male"}, {"sex.missing": "false"}, "definite"),
    ({"n": 10}, {"n": "10.."}, "definite"),
    ({"n": 9}, {"n": "10.."}, "no"),
    ({"n": 0}, {"n": "..5"}, "definite"),
    ({}, {"n": "10.."}, "possible"),
    ({}, {"n.missing": "true"}, "definite"),
    ({"countries": ["DE", "NL"]}, {"country": "nl"}, "definite"),
    ({"countries": ["DE", "NL"]}, {"country": "US"}, "no"),
    ({"countries": ["DE", "NL"]}, {"country.not": "NL"}, "no"),
    ({}, {"country": "US"}, "possible"),
    ({}, {"country.missing": "true"}, "definite"),
    ({}, {"age": "6..12"}, "possible"),
    ({}, {"age.not": "6..12"}, "possible"),
    ({"ages": "8..22"}, {"age.not": "23"}, "definite"),
    ({"ages": "8..22"}, {"age.missing": "true"}, "no"),
    ({}, {"age.missing": "true"}, "definite"),
    (CHILDREN, {"age_group.not": "adult"}, "definite"),
    (CHILDREN, {"age_group.missing": "false"}, "definite"),
]

CONDITIONS: list[tuple[Any, Any, str]] = [
    (["crps"], {"condition": "pain"}, "definite"),
    (["crps"], {"condition": "pain", "descendants": "false"}, "no"),
    (["pain"], {"condition": "crps"}, "possible"),  # which pain is not said
    (["pain"], {"condition": "crps", "broader": "true"}, "definite"),
    (["pain", "gout"], {"condition": "crps"}, "no"),  # pain is not the narrowest of them
    (["gout"], {"condition": "pain"}, "no"),
    ([], {"condition": "pain"}, "possible"),
    (["crps", "gout"], {"condition.not": "pain"}, "no"),
    (["gout"], {"condition.not": "pain"}, "definite"),
    ([], {"condition.not": "pain"}, "possible"),
    (["crps"], {"condition": "pain", "condition.not": "crps"}, "no"),
    (["migraine"], {"condition": "pain", "condition.not": "crps"}, "definite"),
    ([], {"condition.missing": "true"}, "definite"),
    (["gout"], {"condition.missing": "true"}, "no"),
    (["gout"], {"condition.missing": "false"}, "definite"),
    ([], {"condition.missing": "false"}, "no"),
]
