"""The one reader of tagged lines: every line is part of a record, or quoted as a problem."""

from __future__ import annotations

from collections.abc import Iterator

from app.ingest.formats.drafting import Drafting
from app.ingest.formats.entry import Entry, EntryProblem, quoted
from app.ingest.formats.import_format import SourceText
from app.ingest.formats.lines import Lines, Strays
from app.ingest.formats.tagged.declaration import Record, Tagged


def entries(declared: Tagged, source: SourceText) -> Iterator[Entry]:
    """The records of tagged lines, one after the other."""
    reader = _Reader(declared, source.strays)
    for position, record in enumerate(reader.records(source.lines()), 1):
        yield _entry(declared, record, position)


class _Reader:
    """Cuts lines into records. `closed` is the record that just ended."""

    def __init__(self, declared: Tagged, strays: Strays) -> None:
        self.declared, self.strays = declared, strays
        self.record: Record | None = None
        self.ended = 0  # records that ended as they should

    def records(self, lines: Lines) -> Iterator[Record]:
        """Each record that the lines hold."""
        declared = self.declared
        split, first, ends, between = (
            declared.split,
            declared.first,
            declared.ends,
            declared.between,
        )
        for number, line in enumerate(lines, 1):
            found = split(line)
            if found is None:
                self._untagged(line, number)
                continue
            tag, value = found
            record = self.record
            if tag in ends:
                if done := self._end(line, tag, number):
                    yield done
                continue
            if record is None or tag in first or record.after_blank:
                if tag in between and (record is None or record.after_blank):
                    continue
                begins = declared.begins(tag, record)
                if begins and (done := self._cut(tag)):
                    yield done
                if begins or record is None:
                    record = self.record = Record(number, whole=begins or declared.loose)
            record.lines.append(line)
            record.fields.append((tag, [value], number))
            record.last_line, record.after_blank = number, False
        if last := self._last(lines):
            yield last

    def _untagged(self, line: str, number: int) -> None:
        record, text = self.record, line.strip()
        if record is None:
            self.strays.add(line, number)
        elif not text:
            record.lines.append("")
            record.after_blank = True
        elif record.after_blank and self.declared.indented and not line[0].isspace():
            self.strays.add(line, number)
        else:
            record.lines.append(line)
            record.fields[-1][1].append(text)
            record.last_line, record.after_blank = number, False

    def _end(self, line: str, tag: str, number: int) -> Record | None:
        record, self.record = self.record, None
        if record is None:
            if tag not in self.declared.between:
                self.strays.add(line, number)
            return None
        record.lines.append(line)
        record.last_line = number
        self.ended += 1
        return record

    def _cut(self, tag: str) -> Record | None:
        """The open record, cut off by the beginning of the next."""
        record, self.record = self.record, None
        if record and record.whole and self.declared.ends:
            message = f"the record does not end before the next {tag}"
            record.problems.append(
                EntryProblem(record.last_line, message, f"a line {self.declared.ends[0]}")
            )
        return self._kept(record)

    def _kept(self, record: Record | None) -> Record | None:
        """Lines of tags that neither begin nor end as a record does are strays."""
        if record is None or record.whole:
            return record
        for tag, parts, line in record.fields:
            self.strays.add(f"{tag}: {' '.join(parts)}", line)
        return None

    def _last(self, lines: Lines) -> Record | None:
        record = self._kept(self.record)
        if record and self.declared.ends:
            last = quoted(record.lines[-1])
            message = f"the file ends inside this record: {last}"
            record.problems.append(EntryProblem(record.last_line, message))
            if lines.cut and self.ended:
                record.whole = False  # others end as they should, and this one inside a line
        return record


def _entry(declared: Tagged, record: Record, position: int) -> Entry:
    while record.lines and not record.lines[-1]:
        record.lines.pop()
    raw = "\n".join(record.lines)
    fault = _fault(declared, record)
    if fault:
        problems = [EntryProblem(record.line, fault), *record.problems]
        return Entry(position, record.line, record.last_line, raw, None, problems)
    drafting = Drafting()
    drafting.problems = record.problems
    if declared.prepare:
        declared.prepare(drafting, record)
    _take(declared, record, drafting)
    return drafting.entry(position, record.line, record.last_line, raw)


def _fault(declared: Tagged, record: Record) -> str | None:
    if not record.whole:
        if record.problems:
            return "the record is cut off"
        return f"the beginning of the record is missing: it has no {declared.opening}"
    return declared.fault(record) if declared.fault else None


def _take(declared: Tagged, record: Record, drafting: Drafting) -> None:
    takes, listed, joint = declared.takes, declared.listed, declared.joint
    for tag, parts, line in record.fields:
        take = takes.get(tag, Drafting.keep)
        if len(parts) == 1:
            if parts[0]:
                take(drafting, parts[0], line, tag)
        elif tag in listed:
            for at, part in enumerate(parts):
                if part:
                    take(drafting, part, line + at, tag)
        elif value := joint.join(parts).strip():
            take(drafting, value, line, tag)
