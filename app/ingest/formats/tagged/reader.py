"""The one reader of tagged lines: every line is part of a record, or quoted as a problem."""

from __future__ import annotations

from collections.abc import Iterator

from app.ingest.formats.draft_builder import (
    DraftBuilder,
    broken_entry,
    broken_piece,
    build_entry,
)
from app.ingest.formats.entry import Entry, EntryProblem, excerpt
from app.ingest.formats.import_format import SourceText
from app.ingest.formats.lines import Lines, RecordText
from app.ingest.formats.tagged.declaration import TaggedFormat, TaggedRecord


def entries(format_: TaggedFormat, source: SourceText) -> Iterator[Entry]:
    """The records of tagged lines, one after the other."""
    reader = _Reader(format_, source)
    for position, record in enumerate(reader.records(source.lines()), 1):
        yield _entry(format_, record, position)


class _Reader:
    """Cuts lines into records. `closed` is the record that just ended."""

    def __init__(self, format_: TaggedFormat, source: SourceText) -> None:
        self.format_, self.strays, self.limits = format_, source.strays, source.limits
        self.record: TaggedRecord | None = None
        self.ended = 0  # records that ended as they should

    def records(self, lines: Lines) -> Iterator[TaggedRecord]:
        """Each record that the lines hold."""
        format_ = self.format_
        split, first, ends, between = (
            format_.split,
            format_.opening_tags,
            format_.closing_tags,
            format_.outside_tags,
        )
        for number, line in enumerate(lines, 1):
            found = split(line)
            if found is None:
                self._continue(line, number)
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
                begins = format_.opens_record(tag, record)
                if begins and (done := self._cut(tag)):
                    yield done
                if begins or record is None:
                    record = self.record = TaggedRecord(
                        number, whole=begins or format_.optional_opening
                    )
            record.add_tag(tag, value, line, number, self.limits)
        if last := self._finish(lines):
            yield last

    def _continue(self, line: str, number: int) -> None:
        record, text = self.record, line.strip()
        if record is None:
            self.strays.add(line, number)
        elif not text:
            record.blank_lines += 1
        elif record.after_blank and self.format_.indented_continuation and not line[0].isspace():
            self.strays.add(line, number)
        elif record.add_line(line, number, self.limits):
            record.fields[-1][1].append(text)

    def _end(self, line: str, tag: str, number: int) -> TaggedRecord | None:
        record, self.record = self.record, None
        if record is None:
            if tag not in self.format_.outside_tags:
                self.strays.add(line, number)
            return None
        record.add_line(line, number, self.limits)
        self.ended += 1
        return record

    def _cut(self, tag: str) -> TaggedRecord | None:
        """The open record, cut off by the beginning of the next."""
        record, self.record = self.record, None
        if record and record.whole and self.format_.closing_tags:
            message = f"the record does not end before the next {tag}"
            record.problems.append(
                EntryProblem(record.last_line, message, f"a line {self.format_.closing_tags[0]}")
            )
        return self._whole_or_stray(record)

    def _whole_or_stray(self, record: TaggedRecord | None) -> TaggedRecord | None:
        """Lines of tags that neither begin nor end as a record does are strays."""
        if record is None or record.whole:
            return record
        for tag, parts, line in record.fields:
            self.strays.add(f"{tag}: {' '.join(parts)}", line)
        return None

    def _finish(self, lines: Lines) -> TaggedRecord | None:
        record = self._whole_or_stray(self.record)
        if record and self.format_.closing_tags:
            last = excerpt(record.lines[-1])
            message = f"the file ends inside this record: {last}"
            record.problems.append(EntryProblem(record.last_line, message))
            if lines.cut and self.ended:
                record.whole = False  # others end as they should, and this one inside a line
        return record


def _entry(format_: TaggedFormat, record: TaggedRecord, position: int) -> Entry:
    left_out = record.last_line - record.line + 1 - len(record.lines)
    piece = RecordText("\n".join(record.lines), record.line, record.too_large, left_out)
    if piece.fault:
        return broken_piece(piece, position, *record.problems)
    if fault := _fault(format_, record):
        return broken_entry(piece, position, EntryProblem(record.line, fault), *record.problems)

    def fill(builder: DraftBuilder) -> None:
        if format_.prepare:
            format_.prepare(builder, record)
        _fill(format_, record, builder)

    return build_entry(piece, position, fill, record.problems)


def _fault(format_: TaggedFormat, record: TaggedRecord) -> str | None:
    if not record.whole:
        if record.problems:
            return "the record is cut off"
        return f"the beginning of the record is missing: it has no {format_.opening}"
    return format_.fault(record) if format_.fault else None


def _fill(format_: TaggedFormat, record: TaggedRecord, builder: DraftBuilder) -> None:
    takes, listed, joint = format_.handlers, format_.repeatable_tags, format_.joiner
    for tag, parts, line in record.fields:
        take = takes.get(tag, DraftBuilder.keep)
        if len(parts) == 1:
            if parts[0]:
                take(builder, parts[0], line, tag)
        elif tag in listed:
            for at, part in enumerate(parts):
                if part:
                    take(builder, part, line + at, tag)
        elif value := joint.join(parts).strip():
            take(builder, value, line, tag)
