"""Countries and jurisdictions by the codes of ISO 3166-1, and their names."""

from __future__ import annotations

from functools import cache

from iso3166 import countries
from rapidfuzz import fuzz, process

from app.values.errors import InvalidValue
from app.values.text import fold_text

EU = "EU"  # reserved in ISO 3166-1, and no country: for what the EMA decides
CODE_PATTERN = "^[A-Za-z]{2}$"
# As people call them, where the standard says "Korea, Republic of".
_NAMES = {
    "BO": "Bolivia", "CD": "Democratic Republic of the Congo", "FM": "Micronesia",
    "GB": "United Kingdom", "IR": "Iran", "KP": "North Korea", "KR": "South Korea", "LA": "Laos",
    "MD": "Moldova", "TZ": "Tanzania", "US": "United States", "VE": "Venezuela", "VN": "Vietnam",
    EU: "European Union",
}  # fmt: skip
# What else people write: reserved codes, former names, parts that have no code of their own.
_OTHER_NAMES = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "britain": "GB", "great britain": "GB", "el": "GR", "america": "US", "korea": "KR",
    "holland": "NL", "russia": "RU", "czech republic": "CZ", "turkey": "TR", "ivory coast": "CI",
    "burma": "MM", "swaziland": "SZ", "macedonia": "MK", "cape verde": "CV", "syria": "SY",
    "brunei": "BN", "east timor": "TL",
}  # fmt: skip


def read_country(written: str) -> str:
    """The code of a country of ISO 3166-1 (alpha-2), in whatever case it is written.

    Raises InvalidValue, with the code that is meant where that can be told: GB for UK or England,
    DE for Germany or DEU. A name alone is not taken: Georgia may be the one in the United States.
    """
    code = written.strip().upper()
    if code in _codes():
        return code
    if code == EU:
        raise InvalidValue("the EU is no country: name the countries")
    what = f"{written[:100]!r} is no country of ISO 3166-1, which has two letters, as DE"
    raise InvalidValue(what, _meant(written[:100]))


def read_jurisdiction(written: str) -> str:
    """The code of the country, or EU, for which an authority decides; raises InvalidValue."""
    return EU if written.strip().upper() == EU else read_country(written)


def country_name(code: str) -> str:
    """A country, or the European Union, by the name that people use; else its code."""
    return _NAMES.get(code) or _codes().get(code, code)


@cache
def _codes() -> dict[str, str]:
    return {each.alpha2: each.apolitical_name for each in countries}


@cache
def _by_name() -> dict[str, str]:
    """Codes by what else stands for a country, folded: names, and codes of three letters."""
    found = {fold_text(name): code for code, name in _NAMES.items() if code != EU}
    for each in countries:
        for name in (each.name, each.apolitical_name, each.alpha3):
            found[fold_text(name)] = each.alpha2
    return found | _OTHER_NAMES


def _meant(written: str) -> str | None:
    named, folded = _by_name(), fold_text(written)
    near = process.extractOne(folded, list(named), scorer=fuzz.ratio, score_cutoff=80)
    return None if near is None or (len(folded) < 4 and near[0] != folded) else named[near[0]]
