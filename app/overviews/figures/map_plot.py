"""Draws the evidence map: where there are studies of which design, and where there are none.

Like the map itself it says nothing of what was found: no direction, no verdict, no majority.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.overviews.evidence_map.schemas import Cell, Designs, EvidenceMap, Row
from app.overviews.figures.drawing import WIDTH, Drawing
from app.vocabulary import Design, OutcomeDomain

TITLE = "Evidence map: studies by treatment, domain of outcome and design"
LEFT, HEAD, LINE = 200, 60, 18
MOST_ROWS = 40
NOTE = "small muted"
SHORT_LABELS = {
    Design.RANDOMIZED: "randomized",
    Design.OTHER_CONTROLLED: "controlled",
    Design.UNCONTROLLED: "uncontrolled",
    Design.CASES: "cases",
    Design.SECONDARY: "reviews",
    Design.UNCLEAR: "unclear",
}
EXPLANATION = (
    "Counts of studies, each once in a cell; narrower treatments count in broader ones, too.",
    "An empty cell: no study here looked at it. That is not the same as no effect.",
)


def draw(figure: EvidenceMap) -> bytes:
    """The figure as SVG."""
    drawing = Drawing(TITLE, " ".join([*_sentences(figure), *_notes_below(figure)]))
    drawing.text((0, 22), TITLE, "head")
    wide = (WIDTH - LEFT) / max(1, len(figure.domains))
    for at, domain in enumerate(figure.domains):
        drawing.text((LEFT + wide * at + 4, HEAD - 8), _domain(domain), "small strong", wide - 8)
    drawing.y = HEAD
    for row in figure.rows[:MOST_ROWS]:
        _draw_row(drawing, row, figure.domains, wide)
    for line in _notes_below(figure):
        drawing.text((0, drawing.y + 18), line, NOTE)
        drawing.y += 19
    return drawing.bytes()


def _domain(domain: OutcomeDomain | None) -> str:
    return "no domain" if domain is None else domain.label


def _draw_row(drawing: Drawing, row: Row, domains: list[OutcomeDomain | None], wide: float) -> None:
    cells = {cell.domain: list(_lines(cell)) for cell in row.cells}
    height = LINE * max([2, *map(len, cells.values())]) + 10
    drawing.line("line", (0, drawing.y), (WIDTH, drawing.y))
    indent = 14 if row.parent else 0
    name = "" if row.parent else "strong"
    drawing.text((indent, drawing.y + 20), row.treatment.name, name, LEFT - indent - 8)
    drawing.text((indent, drawing.y + 38), _row_note(row), NOTE, LEFT - indent - 8)
    for at, domain in enumerate(domains):
        x = LEFT + wide * at
        if domain in cells:
            drawing.add("rect", "band", x=x, y=drawing.y + 1, width=wide - 2, height=height - 2)
        for line, (text, style) in enumerate(cells.get(domain, [])):
            drawing.text((x + 4, drawing.y + LINE * (line + 1)), text, style, wide - 8)
    drawing.y += height


def _lines(cell: Cell) -> Iterator[tuple[str, str]]:
    """What stands in a cell: studies by design, then those that leave it open."""
    for design, number in _design_counts(cell.reported):
        yield f"{number} {SHORT_LABELS[design]}", "small"
    if cell.measured_not_reported:
        yield f"◇ {cell.measured_not_reported} not reported", NOTE
    if cell.not_measured:
        yield f"× {cell.not_measured} not measured", NOTE
    if cell.unclear:
        yield f"? {cell.unclear} unclear", NOTE


def _design_counts(designs: Designs) -> Iterator[tuple[Design, int]]:
    for design in Design:
        number = getattr(designs, design.value)
        if number:
            yield design, number


def _row_note(row: Row) -> str:
    studies = sum(number for _, number in _design_counts(row.studies))
    text = f"{studies} {'study' if studies == 1 else 'studies'}"
    if row.case_reports:
        text += f", {row.case_reports} {'case' if row.case_reports == 1 else 'cases'}"
    return text


def _sentences(figure: EvidenceMap) -> Iterator[str]:
    for row in figure.rows[:MOST_ROWS]:
        cells = (f"{_domain(cell.domain)}: {_cell_text(cell)}" for cell in row.cells)
        yield f"{row.treatment.name} ({_row_note(row)}): {'; '.join(cells) or 'no outcome'}."


def _cell_text(cell: Cell) -> str:
    return ", ".join(text for text, _ in _lines(cell))


def _notes_below(figure: EvidenceMap) -> Iterator[str]:
    """What the map does not show, and how it is read."""
    if not figure.rows:
        yield "No study is here: not the same as no effect."
    if len(figure.rows) > MOST_ROWS:
        yield f"The first {MOST_ROWS} treatments of {len(figure.rows)} are shown."
    if figure.left_out:
        yield f"Left out, resting on retracted publications only: {figure.left_out}."
    yield "◇ measured, not reported   × not measured   ? reporting unclear"
    yield from EXPLANATION
    yield f"{figure.studies} studies counted, up to change {figure.scope.last_change}."
