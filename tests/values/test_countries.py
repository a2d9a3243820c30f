"""Countries: two letters of ISO 3166-1, and what is meant by anything else."""

from __future__ import annotations

import pytest

from app.values.countries import country_name, read_country, read_jurisdiction
from app.values.errors import InvalidValue


@pytest.mark.parametrize(
    ("written", "code"), [("DE", "DE"), ("nl", "NL"), (" Us ", "US"), ("tw", "TW")]
)
def test_two_letters_of_a_country_are_read_in_any_case(written: str, code: str) -> None:
    assert read_country(written) == read_jurisdiction(written) == code


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("England", "GB"),
        ("Germany", "DE"),
        ("germany", "DE"),
        ("Germny", "DE"),
        ("DEU", "DE"),
        ("USA", "US"),
        ("United States", "US"),
        ("Korea, Republic of", "KR"),
        ("Türkiye", "TR"),
        ("turkey", "TR"),
        ("Georgia", "GE"),
        ("ZZ", None),
        ("", None),
        ("D", None),
        ("XYZ", None),
        ("nowhere land", None),
    ],
)
def test_anything_else_is_refused_with_the_code_that_is_meant(
    written: str, meant: str | None
) -> None:
    with pytest.raises(InvalidValue, match="is no country of ISO 3166-1") as refused:
        read_country(written)

    assert refused.value.suggestion == meant


def test_the_european_union_decides_and_is_no_country() -> None:
    assert read_jurisdiction("eu") == "EU"
    with pytest.raises(InvalidValue, match="name the countries"):
        read_country("EU")


def test_countries_are_called_as_people_call_them() -> None:
    assert country_name("GB") == "United Kingdom"
    assert country_name("KR") == "South Korea"
    assert country_name("TW") == "Taiwan"
    assert country_name("EU") == "European Union"
    assert country_name("ZZ") == "ZZ"
