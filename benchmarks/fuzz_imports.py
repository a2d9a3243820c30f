"""Whether any file makes the import hang, crash or take memory out of proportion.

python -m benchmarks.fuzz_imports --count 1000000 --seed 1
Files of the tests, changed, and files made up for each format go through what a preview does before
it looks anything up. Each worker is a process with a limit of memory; an input that takes too long
ends it. Inputs with a finding are saved, and `--replay FILE` runs one again.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from app.curation.duplicates.comparison import compare
from app.curation.duplicates.publications import Publication
from app.ingest.formats import UnreadableFileError, open_stream
from app.ingest.imports.preview import add_draft_problems
from benchmarks.fuzz_inputs import Inputs

REAL = Path("tests/ingest/formats/files")
MEMORY = 1 << 30  # bytes that a worker may have; the interpreter with everything loaded has 150 MB
MOST_COMPARED = 3  # entries of one input
GROWTH = 64 << 20  # bytes by which one input may raise the peak of its worker
BATCH = 500  # inputs after which a worker reports


class DeadlineError(BaseException):
    """An input took too long; no `except Exception` on its way may hold it up."""


@dataclass
class Tally:
    """What came of the inputs so far."""

    inputs: int = 0
    size: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    worst_seconds: float = 0
    worst_growth: int = 0

    def add(self, other: Tally) -> None:
        """Add what a worker reports."""
        self.inputs, self.size = self.inputs + other.inputs, self.size + other.size
        self.formats.update(other.formats)
        self.findings.update(other.findings)
        self.worst_seconds = max(self.worst_seconds, other.worst_seconds)
        self.worst_growth = max(self.worst_growth, other.worst_growth)


def read_input(data: bytes) -> str:
    """Read a file as a preview does; gives its format, or `refused`."""
    try:
        stream = open_stream(BytesIO(data))
        entries = [add_draft_problems(entry) for entry in stream]
    except UnreadableFileError:
        return "refused"
    publications = [Publication.of(entry.draft or {}) for entry in entries]
    for other in publications[1:MOST_COMPARED]:
        compare(publications[0], other)
    if stream.count_records() != len(entries):
        raise AssertionError(f"{len(entries)} entries, {stream.count_records()} counted")
    for entry in entries:
        if entry.draft is None and not entry.problems:
            raise AssertionError(f"the broken record {entry.position} does not say why")
        json.dumps([entry.draft, entry.problems, entry.unread, entry.related]).encode()
    stream.problems()
    return stream.format.name


class Worker:
    """Runs inputs of a seed, from a number on, and reports after each batch."""

    def __init__(self, options: argparse.Namespace, pipe: Connection) -> None:
        self._options, self._pipe = options, pipe
        self._tally = Tally()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGPROF, self._stop)  # time of the processor: others may be busy

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        raise DeadlineError

    def run(self, first: int, end: int) -> None:
        """Run the inputs of these numbers."""
        inputs = Inputs(folders(self._options))
        for number in range(first, end):
            self._pipe.send(number)
            chance = random.Random(f"{self._options.seed}-{number}")
            self._measure(number, inputs.make(chance))
            if (number + 1 - first) % BATCH == 0 or number + 1 == end:
                self._pipe.send(self._tally)
                self._tally = Tally()

    def _measure(self, number: int, data: bytes) -> None:
        before, started = peak_memory(), time.process_time()
        finding = outcome = ""
        signal.setitimer(signal.ITIMER_PROF, self._options.seconds_per_input)
        try:
            outcome = read_input(data)
        except DeadlineError:
            finding = f"hang: {place()}"
        except MemoryError:
            finding = f"memory: {place()}"
        except Exception as error:  # whatever it is, it is what is looked for
            finding = f"crash: {type(error).__name__}: {str(error)[:60]}: {place()}"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        seconds, growth = time.process_time() - started, peak_memory() - before
        if growth > GROWTH and not finding:
            finding = f"memory: {growth >> 20} MB"
        tally = self._tally
        tally.inputs, tally.size = tally.inputs + 1, tally.size + len(data)
        tally.formats[outcome or "finding"] += 1
        slowest = seconds > max(tally.worst_seconds, self._options.seconds_per_input / 10)
        tally.worst_seconds = max(tally.worst_seconds, seconds)
        tally.worst_growth = max(tally.worst_growth, growth)
        if finding:
            tally.findings[finding] += 1
        if (finding and tally.findings[finding] < 4) or slowest:
            save(self._options.save, f"{'finding' if finding else 'slow'}-{number}", data)


def peak_memory() -> int:
    """The most that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def place() -> str:
    """The deepest line of ours in the exception that is being handled."""
    ours = [each for each in traceback.extract_tb(sys.exc_info()[2]) if "/app/" in each.filename]
    return f"{ours[-1].filename.rpartition('/app/')[2]}:{ours[-1].lineno}" if ours else "elsewhere"


def save(folder: Path, name: str, data: bytes) -> None:
    """Keep an input for `--replay`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def folders(options: argparse.Namespace) -> Iterator[Path]:
    """Where files to be changed are."""
    yield REAL
    if options.folder:
        yield options.folder


def run_worker(options: argparse.Namespace, pipe: Connection, first: int, end: int) -> None:
    """What a worker process does."""
    Worker(options, pipe).run(first, end)
    pipe.close()


def fuzz(options: argparse.Namespace) -> Tally:
    """Run all inputs; a worker that dies is a finding, and another one goes on after it."""
    total, number, started = Tally(), 0, time.perf_counter()
    context = get_context("spawn")
    while number < options.count:
        ours, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=run_worker, args=(options, theirs, number, options.count))
        worker.start()
        theirs.close()
        with suppress(EOFError):
            while True:
                # a call into C cannot be interrupted: then the worker itself is ended
                if not ours.poll(120 + 3 * options.seconds_per_input):
                    worker.kill()
                told = ours.recv()
                if isinstance(told, int):
                    number = told + 1
                else:
                    total.add(told)
                    show(total, time.perf_counter() - started)
        worker.join()
        if worker.exitcode:
            chance = random.Random(f"{options.seed}-{number - 1}")
            save(options.save, f"died-{number - 1}", Inputs(folders(options)).make(chance))
            total.findings[f"the worker died ({worker.exitcode})"] += 1
    return total


def show(total: Tally, seconds: float, step: int = 20 * BATCH) -> None:
    """Print how far it has come, now and then."""
    if total.inputs % step == 0:
        _say(f"{total.inputs:,} inputs, {total.inputs / seconds:.0f}/s, {dict(total.findings)}")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def main() -> None:
    """Run; ends with 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds-per-input", type=float, default=5.0)
    parser.add_argument("--folder", type=Path, help="more files to be changed")
    parser.add_argument("--save", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--replay", type=Path, help="an input that was saved: run it alone")
    options = parser.parse_args()
    if options.replay:
        started = time.process_time()
        _say(read_input(options.replay.read_bytes()))
        _say(f"{time.process_time() - started:.2f} s, {peak_memory() >> 20} MB at the peak")
        return
    started = time.perf_counter()
    total = fuzz(options)
    seconds = time.perf_counter() - started
    _say(f"{total.inputs:,} inputs of {total.size / 1e6:,.0f} MB in {seconds:,.0f} s")
    _say(f"{total.inputs / seconds:,.0f} inputs/s; {dict(total.formats)}")
    _say(f"the worst input took {total.worst_seconds:.2f} s; {total.worst_growth >> 20} MB more")
    for finding, times in total.findings.most_common():
        _say(f"{times:6} {finding}")
    sys.exit(bool(total.findings))


if __name__ == "__main__":
    main()
