"""A picture under construction: shapes and real text, titled, the same bytes each time.

Colours are classes with a light and a dark value; what one says is also said by shape and words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

WIDTH = 720
STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
# XML 1.0 has no way to write these.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LETTER_WIDTH = 0.57  # of the size of type: the width of a letter of a wide sans


def number(value: float) -> str:
    """A coordinate, as short as two decimals allow."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def xml_text(text: str) -> str:
    """Text that XML can hold, on one line."""
    return NOT_IN_XML.sub("\ufffd", " ".join(text.split()))


def columns(text: str) -> float:
    """About how many letters wide a text is; marks that sit on a letter take no room."""
    wide = {"W": 1.8, "F": 1.8}
    return sum(
        0.0 if unicodedata.combining(each) else wide.get(unicodedata.east_asian_width(each), 1.0)
        for each in text
    )


def shorten(text: str, width: float, size: float = 15) -> str:
    """As much of a text as fits, with an ellipsis where it does not."""
    text, room = xml_text(text), width / (size * LETTER_WIDTH)
    if columns(text) <= room:
        return text[:2000]
    letters: list[str] = []
    used = 1.0
    for each in text:
        used += columns(each)
        if used > room or len(letters) > 2000:
            break
        letters.append(each)
    return "".join(letters).rstrip() + "…"


@dataclass
class Drawing:
    """Shapes from top to bottom; `y` is where the next row begins."""

    title: str
    description: str
    y: float = 0
    _parts: list[str] = field(default_factory=list)

    def add(self, tag: str, style: str, **attributes: float | str) -> None:
        """Put in a shape; underscores in names of attributes are written as hyphens."""
        written = "".join(
            f" {name.replace('_', '-')}={quoteattr(_attribute(value))}"
            for name, value in attributes.items()
        )
        self._parts.append(f'<{tag} class="{style}"{written}/>')

    def line(self, style: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Put in a straight line."""
        self.add("line", style, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def text(
        self, at: tuple[float, float], words: str, style: str = "", width: float = WIDTH
    ) -> None:
        """Put in a line of text; what does not fit its width is told when one points at it."""
        small = "small" in style
        shown = shorten(words, width, 13 if small else 15)
        whole = (
            f"<title>{escape(xml_text(words)[:2000])}</title>" if shown != xml_text(words) else ""
        )
        anchor = ' text-anchor="end"' if "end" in style.split() else ""
        anchor = ' text-anchor="middle"' if "middle" in style.split() else anchor
        x, y = map(number, at)
        chosen = f' class="{style}"' if style else ""
        self._parts.append(f'<text x="{x}" y="{y}"{anchor}{chosen}>{whole}{escape(shown)}</text>')

    def bytes(self) -> bytes:
        """The picture as an SVG document that needs nothing else."""
        height = number(self.y + 8)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc">'
            f'<title id="title">{escape(xml_text(self.title)[:2000])}</title>'
            f'<desc id="desc">{escape(xml_text(self.description)[:20_000])}</desc>'
            f"<style>{STYLE}</style>"
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>'
            f"{''.join(self._parts)}</svg>\n"
        ).encode()


def _attribute(value: float | str) -> str:
    return value if isinstance(value, str) else number(value)
