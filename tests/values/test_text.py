"""Words are folded the same whatever their length."""

from __future__ import annotations

from app.values.text import fold_text


def test_a_long_text_is_folded_as_its_parts_are() -> None:
    word = "Ménière\u0301 ﷺ Straße ﬁx İ"
    assert fold_text(" ".join([word] * 3_000)) == " ".join([fold_text(word)] * 3_000)
