"""Examples of what is written of each kind; they work on the ketamine document."""

from __future__ import annotations

from typing import Any

from app.vocabulary import TermKind

SAYS = ["adults-crps-12-weeks.design"]

NEW: dict[str, dict[str, Any]] = {
    "treatment": {
        "name": "Low-dose ketamine infusion",
        "parent": "ketamine",
        "type": "drug",
        "labels": [{"label": "sub-anesthetic ketamine", "kind": "synonym"}],
    },
    "condition": {"name": "Erythromelalgia", "codes": [{"scheme": "MeSH", "code": "D004916"}]},
    "adverse_effect": {"name": "Double vision", "labels": [{"label": "diplopia"}]},
    "outcome_measure": {"name": "Hours of sleep", "better": "higher"},
    "citation": {
        "title": "Ketamine for chronic non-cancer pain: what remains",
        "container_title": "Journal of Pain",
        "year": 2011,
        "authors": [{"family": "Noppers", "given": "I"}, {"family": "Dahan", "given": "A"}],
        "identifiers": [{"scheme": "doi", "value": "10.1000/example.2011.7"}],
    },
    "document": {
        "title": "A leaflet",
        "publisher": "A hospital",
        "text": "Ketamine may cause double vision.\n\nPrinted in 2012.",
        "boilerplate": ["Printed in 2012."],
    },
    "study": {
        "label": "Another study in adults with CRPS",
        "basis": "secondary_document",
        "populations": [
            {
                "key": "adults",
                "label": "adults with CRPS",
                "age_group": "adult",
                "conditions": ["complex-regional-pain-syndrome"],
                "basis": "secondary_document",
                "says": SAYS,
            }
        ],
        "groups": [{"key": "all", "title": "adults with CRPS", "population": "adults"}],
        "says": SAYS,
    },
    "outcome": {
        "study": "adults-crps-12-weeks",
        "measure": "pain",
        "basis": "secondary_document",
        "results": [
            {
                "contrast": "between_groups",
                "groups": [
                    {"group": "ketamine", "role": "index"},
                    {"group": "placebo", "role": "reference"},
                ],
                "conclusion": "no_difference",
                "basis": "secondary_document",
                "says": ["adults-crps-12-weeks.at-end"],
            }
        ],
        "says": ["adults-crps-12-weeks.at-end"],
    },
    "adverse_event": {
        "study": "adults-crps-12-weeks",
        "group": "ketamine",
        "adverse_effect": "hallucinations",
        "term_verbatim": "hallucinations",
        "affected": 2,
        "at_risk": 30,
        "basis": "secondary_document",
        "says": SAYS,
    },
    "case_report": {
        "label": "Hallucinations after a ketamine coma",
        "basis": "secondary_document",
        "events": [
            {
                "type": "exposure",
                "term": "treatment/ketamine-coma",
                "says": ["foot-pain-after-coma-and-boosters.coma"],
            }
        ],
        "says": ["foot-pain-after-coma-and-boosters.coma"],
    },
    "claim": {
        "kind": "opinion",
        "subject": "treatment/ketamine-coma",
        "passages": [{"document": "ketamine-for-pain", "exact": "are very controversial"}],
    },
    "discrepancy": {
        "title": "Whether ketamine helps",
        "sides": [
            {"says": "It does not.", "claim": "adults-crps-12-weeks.at-end"},
            {"says": "It does at first.", "claim": "adults-crps-12-weeks.relief"},
        ],
        "studies": ["adults-crps-12-weeks"],
    },
}

PATCHES: dict[str, dict[str, Any]] = {
    **{kind.value: {"definition": "As curators understand it."} for kind in TermKind},
    "citation": {"volume": "12", "pages": "1-9", "issue": None},
    "document": {"publisher": "A practice"},
    "study": {"label": "A study in adults", "phase": None},
    "outcome": {"instrument": "numeric rating scale"},
    "adverse_event": {"note": "Read in the abstract."},
    "case_report": {"label": "A case of foot pain"},
    "claim": {"note": "The sentence names no source."},
    "discrepancy": {"note": "To be looked at again."},
}
