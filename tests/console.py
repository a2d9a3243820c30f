"""The consoles of a Markdown page: what is typed there, what it prints, and whether that is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.commands import PATIENCE, ROOT

FENCE = re.compile(r"^```(\S*) *(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN_ADDRESS = "http://127.0.0.1:8000"  # where make run serves, and so where pages send readers
PROMPT = "$ "
MARK = "\x1e"  # stands between what two commands print, and in nothing that they print


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that it is (or nothing), its text and its line."""

    language: str
    file: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """What is typed, and what the page says is printed; nothing: anything, if it ends well."""

    typed: str
    shown: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for found in FENCE.finditer(page):
        yield Block(found[1], found[2], found[3], page.count("\n", 0, found.start()) + 1)


def commands(page: str) -> Iterator[Command]:
    """What a page's `console` blocks have people type; a line that ends in \\ goes on."""
    for block in blocks(page):
        if block.language != "console":
            continue
        for at, part in enumerate(re.split(r"^\$ ", block.text, flags=re.MULTILINE)):
            assert at or not part, f"line {block.line}: begins with no prompt"
            lines = part.splitlines()
            long = next((n for n, line in enumerate(lines) if not line.endswith("\\")), 0) + 1
            if part:
                typed, shown = "\n".join(lines[:long]), "\n".join(lines[long:])
                yield Command(typed, shown, block.line)


def session(page: str, folder: Path, address: str, database: str) -> Iterator[tuple[Command, str]]:
    """Type a page's commands into one shell, in order; gives each with what it printed.

    The shell stands in the folder, with the page's files and the seed files in it; `evidence` is
    the program that is tested, and the address that pages show is that of the server.
    """
    for block in blocks(page):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text.replace(SHOWN_ADDRESS, address))
    (folder / "seed_data").symlink_to(ROOT / "seed_data")
    typed = list(commands(page))
    script = f"printf '{MARK}%d\\n' $?\n".join(
        f"{each.typed.replace(SHOWN_ADDRESS, address)}\n" for each in (*typed, Command(":", "", 0))
    )
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env=_environment(folder, database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    printed = done.stdout.replace(address, SHOWN_ADDRESS)
    for each, (output, status) in zip(typed, _parts(printed), strict=True):
        assert status == 0, f"line {each.line}: {each.typed} ends with {status}: {output}"
        yield each, output


def _parts(printed: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(rf"(.*?){MARK}(\d+)\n", printed, re.DOTALL):
        yield found[1], int(found[2])


def _environment(folder: Path, database: str) -> dict[str, str]:
    programs = folder / ".programs"
    programs.mkdir()
    for name, runs in (("evidence", "-m app"), ("python3", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {runs} "$@"\n')
        program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENCE_")}
    path = f"{programs}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "EVIDENCE_DATABASE_URL": database}


def agree(shown: str, printed: str) -> bool:
    """Whether that is what a page shows: `...` stands for anything, on a line of its own for lines.

    The ends of lines, and spaces there, do not count.
    """
    if not shown:
        return True
    parts = [
        r"(?:.*\n)*?" if line.strip() == "..." else _pattern(line) + r"\n"
        for line in shown.strip("\n").split("\n")
    ]
    plain = "".join(f"{line.rstrip()}\n" for line in printed.strip("\r\n").splitlines())
    return re.fullmatch("".join(parts), plain) is not None


def _pattern(line: str) -> str:
    return r"[^\n]*?".join(re.escape(part) for part in line.rstrip().split("..."))
