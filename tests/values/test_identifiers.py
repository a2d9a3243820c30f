"""Identifiers are told apart from what people and exports put around them."""

from __future__ import annotations

import pytest

from app.values.identifiers import normalise_identifier
from app.vocabulary import IdentifierScheme


@pytest.mark.parametrize(
    ("scheme", "written", "value"),
    [
        ("doi", "10.1016/J.PAIN.2009.06.023", "10.1016/j.pain.2009.06.023"),
        ("doi", "https://doi.org/10.1016/j.pain.2009.06.023.", "10.1016/j.pain.2009.06.023"),
        ("doi", "dx.doi.org/10.1016/S0140-6736%2897%291-0", "10.1016/s0140-6736(97)1-0"),
        ("doi", "doi: https://doi.org/10.1000/x)", "10.1000/x"),
        ("doi", "DOI:10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2",
         "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2"),
        ("doi", "10.1000/x [doi]", "10.1000/x"),
        ("pmid", "PMID: 19604642", "19604642"),
        ("pmid", "MEDLINE:16842170", "16842170"),
        ("pmcid", "pmc 3465663", "PMC3465663"),
        ("pmcid", "PMC3465663.2", "PMC3465663"),
        ("nct", "nct 01369680", "NCT01369680"),
        ("isrctn", "ISRCTN 12345678", "ISRCTN12345678"),
        ("isbn", "ISBN 0-306-40615-2 (pbk)", "9780306406157"),
    ],
)  # fmt: skip
def test_an_identifier_is_written_as_its_scheme_writes_it(
    scheme: str, written: str, value: str
) -> None:
    assert normalise_identifier(IdentifierScheme(scheme), written) == value


@pytest.mark.parametrize(
    ("scheme", "written"),
    [("doi", "10.12/x"), ("doi", ""), ("pmid", "0"), ("pmid", "12a"), ("nct", "NCT123")],
)
def test_what_is_no_identifier_is_refused_with_an_example(scheme: str, written: str) -> None:
    with pytest.raises(ValueError, match="it should look like"):
        normalise_identifier(IdentifierScheme(scheme), written)
