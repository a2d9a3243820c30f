"""A small folder of seed files with a bit of everything, to be broken and edited by tests."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "text.txt": """\
Willow bark was given to 20 adults with headache. Headache went in 8 of them. Headache came back.

Willow bark may cause:

  • Itch

  1. Gerard J, et al. Of willow. Herbal 1597;1:1-2.

Share this page.
""",
    "document.yaml": """\
document: willow
title: Willow bark
text_file: text.txt
boilerplate: ["Share this page."]
references:
  1: gerard-1597
""",
    "citations.yaml": """\
citations:
  gerard-1597:
    title: Of willow
    container_title: Herbal
    year: 1597
    authors: [{family: Gerard, given: J}]
    authors_truncated: true
""",
    "terms.yaml": """\
treatments:
  willow-bark:
    name: Willow bark
    type: drug
    verbatim: [bark of willow]
conditions:
  headache: {name: Headache}
adverse_effects:
  itch: {name: Itch, organ_system: skin}
outcome_measures:
  relief: {name: Relief, better: higher}
""",
    "claims.yaml": """\
claims:
  came-back:
    kind: finding
    subject: willow-bark
    quote: "Headache came back."
  itch:
    kind: adverse effect
    subject: willow-bark
    object: itch
    modality: possible
    quote: ["Willow bark may cause:", "Itch"]
""",
    "studies/adults.yaml": """\
study: willow-in-adults
label: Willow bark in adults
enrollment: 20
basis: secondary document
says: [design]
claims:
  design:
    kind: finding
    subject: willow-bark
    quote: "Willow bark was given to 20 adults with headache."
  went:
    kind: finding
    subject: willow-bark
    object: relief
    quote: "Headache went in 8 of them."
populations:
  adults:
    label: 20 adults with headache
    n: 20
    age_group: adult
    conditions: [headache]
    says: design
arms:
  bark:
    label: willow bark
    treatments: [{treatment: willow-bark}]
    says: design
groups:
  bark: {title: all, population: adults, arms: [bark], n: 20}
outcomes:
  relief:
    measure: relief
    metric: event
    says: went
    results:
      - contrast: single group
        group: bark
        numerator: 8
        denominator: 20
        says: went
""",
    "case_reports/itch.yaml": """\
case_report: one-itch
label: A itch
patients: 1
basis: secondary document
says: [itch]
events:
  - {type: exposure, term: willow-bark, country: NO, says: itch}
  - {type: adverse event, term: itch, says: itch}
""",
    "sources/adults.yaml": """\
study: willow-in-adults
year: 1597
basis: abstract
says: [abstract]
claims:
  abstract:
    kind: finding
    subject: willow-bark
    summary: The herbal was printed in 1597.
    source_citation: gerard-1597
    source_location: abstract
""",
    "sources/discrepancies.yaml": """\
discrepancies:
  whether-it-lasted:
    title: Whether relief lasted
    sides:
      - {says: It came back., claim: willow.came-back}
      - {says: It stayed away., citation: gerard-1597, location: title}
    studies: [willow-in-adults]
""",
}


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder, making the folders they need."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> int:
    """Replace words that stand once in a file; gives the line that the new ones start on."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
