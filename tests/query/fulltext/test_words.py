"""Words: what is folded alike, what is cut, and what is written in one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.query.fulltext.words import canonical, indexed_words, placed, words_of
from app.values.text import fold_text


@pytest.mark.parametrize(
    ("text", "words", "compounds"),
    [
        ("α-Synuclein", "alpha synuclein", "alphasynuclein"),
        ("TNFα TNF-α TNF-alpha", "tnf alpha tnf alpha tnf alpha", "tnfalpha"),
        ("NF-κB NFκB", "nf kappa b nf kappa b", "nfkappa kappab nfkappab"),
        ("β2, α₂ and Γ", "beta 2 alpha 2 and gamma", "beta2 alpha2"),
        ("γδ T cells", "gamma delta t cells", "gammadelta"),
        ("κεταμίνη, Πόνος", "κεταμινη πονοσ", ""),  # Greek words, the last with a final sigma
        ("µ-opioid μ ς", "mu opioid mu sigma", "muopioid"),
        ("50µg 5 μg/kg 5 mcg 50mcg 3 ug", "50ug 5 ug kg 5 ug 50ug 3 ug", ""),
        ("2 µmol/l µM µL", "2 umol l um ul", ""),
        ("follow-up, follow\u2011up, follow\u2013up", "follow up follow up follow up", "followup"),
        ("keta\u00admine", "keta mine", "ketamine"),
        ("Crohn's Crohn’s", "crohn s crohn s", "crohns"),
        (
            "double-blind-randomised",
            "double blind randomised",
            "doubleblind blindrandomised doubleblindrandomised",
        ),
        ("2020-05-01 1-2 5-HT", "2020 05 01 1 2 5 ht", "5ht"),
        ("- pain -x y- a -- b", "pain x y a b", ""),
        ("疼痛的氯胺酮治疗", "疼 痛 的 氯 胺 酮 治 疗", ""),
        ("ICU患者-x", "icu 患 者 x", ""),
        ("痛みケタミン", "痛 み ケ タ ミ ン", ""),
        ("ปวดหลัง", "ป ว ด ห ล ง", ""),
    ],
)
def test_words_are_cut_and_compounds_written_in_one(text: str, words: str, compounds: str) -> None:
    assert indexed_words(text) == (words.split(), compounds.split())
    assert words_of(text) == words.split()


def test_korean_is_cut_by_syllables_however_it_is_encoded() -> None:
    assert len(words_of("통증은")) == 3
    assert words_of("통증은")[:2] == words_of("통증") == words_of(fold_text("통증"))


@given(st.text(max_size=60))
@example("™ № ﬁ İ ŉ ǆ ẞ ℡ ½ ¼ ² Ⅷ ǿ ｋｅｔ")
def test_what_is_folded_stays_as_it_is_when_folded_again(text: str) -> None:
    once = fold_text(text)

    assert fold_text(once) == once
    assert all(letter.isalnum() or letter == " " for letter in once)
    assert once == once.lower() or not once.isascii()


@given(st.text(max_size=60) | st.text(alphabet="aα βγ-'μmcg1痛한\u00b5\u1112\u0301", max_size=20))
def test_words_are_cut_alike_where_their_places_are_wanted(text: str) -> None:
    folded, places = placed(text)

    assert folded.split() == canonical(text).split()
    assert len(places) == (len(folded) if places else 0)
    assert words_of(" ".join(words_of(text))) == words_of(text)
