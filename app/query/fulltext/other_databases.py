"""What other databases understand and this one does not: it is refused, with what to write.

As words, ketamine[ti] or wom?n would find nothing, and p*diatric something else, without a word.
"""

from __future__ import annotations

import re

_FIELDS = (
    "ab|abs|abstract|all|allintitle|au|author|doi|dp|intitle|issn|jn|key|kf|kw|mesh|mh|pmcid|pmid|"
    "pt|py|sh|so|subject|ti|tiab|title|title-abs|title-abs-key|tn|ts|tw"
)
_OVID = "ab|af|au|dp|fs|fx|hw|in|jn|jw|kf|kw|mp|nm|ot|ox|pt|px|rn|rx|sh|so|sy|ti|tw|tx|ui|yr"
_ALONE = "write the words alone, without a field: full text looks in all of them"
_NEAR = 'write the words alone, or "a phrase"; in quotation marks it is a word'
_STAR = "write beginn* for what begins so, and other spellings with OR: (woman OR women)"
_BEGINS, _ENDS = r"(?<![^\s(-])", r"(?=[)]*(?:\s|$))"  # of what stands between spaces
_FOREIGN = tuple(
    (re.compile(pattern, re.IGNORECASE if any_case else 0), advice)
    for pattern, any_case, advice in (
        (rf"(?<=[^\s([])\[[a-z][a-z/ :~-]*\]{_ENDS}", True, _ALONE),  # [corrected] is a word
        (rf"(?<=[^\s(])\.(?:{_OVID})(?:,(?:{_OVID}))*\.{_ENDS}", True, _ALONE),
        (rf"(?<=[^\s(])\.(?:ab|kw|mp|ti|tw)(?:,(?:{_OVID}))*{_ENDS}", True, _ALONE),
        (rf"(?<=[^\s(]):(?:{_FIELDS})(?:,(?:{_FIELDS}))*{_ENDS}", True, _ALONE),
        (rf"{_BEGINS}(?:{_FIELDS})(?::(?=[^\s:])|=|\((?!\)))", True, _ALONE),
        (rf"(?<=[\w'\"])/(?:de|exp|mj)?{_ENDS}", True, _ALONE),
        (rf"{_BEGINS}(?:adj|near|next|onear|pre|w|within)/\d+{_ENDS}", True, _NEAR),
        (rf"{_BEGINS}(?:adj|near|next)\d+{_ENDS}", True, _NEAR),
        (rf"{_BEGINS}(?:ADJ|NEAR|XOR)(?=[\s(]|$)", False, _NEAR),
        (rf"{_BEGINS}\|+{_ENDS}", False, "write OR between alternatives"),
        (rf"{_BEGINS}!(?=[^\W_])", False, "write -word for what must not occur"),
        (rf"{_BEGINS}#\d+{_ENDS}", False, "write the words of that search"),
        (rf"(?<=[a-z\"])[$]\d*{_ENDS}", False, _STAR),
        (rf"(?<=[\w\"])~\d*{_ENDS}", False, _STAR),
        (r"(?<=[^\W_])[?#]+(?=[^\W\d_])", False, _STAR),
        (r"(?<=[^\W_])\*(?=[^\W\d_])", False, _STAR),  # but the allele CYP2B6*6 is a word
        (rf"{_BEGINS}\*(?=[^\W_])", False, _STAR),
    )
)
_ADDRESS = re.compile(r"\S+://\S+")


def foreign_notation(written: str) -> tuple[int, int, str] | None:
    """From where to where a query, its phrases blanked, has it, and what to write instead."""
    plain = _ADDRESS.sub(lambda found: "a" * len(found[0]), written)
    for pattern, advice in _FOREIGN:
        if found := pattern.search(plain):
            start, end = found.span()
            while start and not plain[start - 1].isspace():
                start -= 1
            while end < len(plain) and not plain[end].isspace():
                end += 1
            return start, end, advice
    return None
