"""Reading processes: long work on one database, shared out among processes that only read it.

    with ReadingProcesses(database, 4, work) as processes:
        for item, result in processes.map(items):
            ...  # this process alone writes

Each is started anew (spawned): a forked one would inherit SQLite's handles, and whoever closes one
of them takes away the locks of all (app/db/sqlite.py). It opens the database for itself, and ends
with this process, however this one ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.db.database import Database, error_code

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_BY_DEFAULT = 8  # each takes some 200 MB
AHEAD = 2  # items that a process has at once, so that it need not wait for the next
PATIENCE = 5  # seconds that a process may take to end before it is killed
LOOK = "SELECT count(*) FROM sqlite_master"  # the first look is what makes SQLite's snapshot


class ReadingProcessError(RuntimeError):
    """A reading process ended before its work did, or with an error that cannot be handed on."""


def processors() -> int:
    """How many processes can work at once on this machine, as far as this one may use it."""
    return min(len(os.sched_getaffinity(0)), MOST_BY_DEFAULT)


@dataclass
class _Member:
    """One of the processes, its pipe, and the numbers of the items that it has."""

    process: Any
    pipe: Pipe
    items: deque[int] = field(default_factory=deque)


class ReadingProcesses(Generic[Item, Result]):
    """Processes that call `work` with a connection of their own and an item.

    `work`, items and results go through pipes: a function is named by its module. Without
    `one_snapshot` each item is looked at as the database is at that time.
    """

    def __init__(
        self, database: Database, count: int, work: Callable[[Connection, Item], Result]
    ) -> None:
        self._database, self._count, self._work = database, count, work
        self._members: list[_Member] = []
        self._begun = False

    def __enter__(self) -> Self:
        context = get_context("spawn")
        url = self._database.url.render_as_string(hide_password=False)
        # Ctrl-C goes to all processes of a terminal: this one ends the others, which do not hear it
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(self._count):
                mine, its = context.Pipe()
                arguments = (url, self._database.busy_timeout, self._work, its)
                process = context.Process(target=_serve, args=arguments, daemon=True)
                process.start()
                its.close()
                self._members.append(_Member(process, mine))
        except BaseException:
            self._end()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            for member in self._members:
                with suppress(OSError):
                    member.pipe.send(None)
                member.process.join(PATIENCE)
        self._end()

    def _end(self) -> None:
        """End them all, now: they only read, so that nothing is left half done."""
        for member in self._members:
            member.pipe.close()
            member.process.terminate()
        for member in self._members:
            member.process.join(PATIENCE)
            if member.process.is_alive():
                member.process.kill()
                member.process.join()
            member.process.close()
        self._members.clear()

    @contextmanager
    def one_snapshot(self) -> Iterator[Connection]:
        """Let all processes, and this one, read what was true at one moment.

        PostgreSQL hands a snapshot on. On SQLite the writer's place is held while each process
        begins: nobody can commit in between. What takes long, as starting, is done before.
        """
        for member in self._members:
            self._receive(member)  # it has started
        self._begun = True
        with ExitStack() as stack:
            if self._database.sqlite:
                with self._database.write() as session:
                    session.connection()
                    connection = stack.enter_context(self._database.read())
                    connection.exec_driver_sql(LOOK)
                    self._begin(None)
            else:
                connection = stack.enter_context(self._database.read())
                self._begin(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
            yield connection

    def _begin(self, snapshot: str | None) -> None:
        for member in self._members:
            self._send(member, (True, snapshot))
        for member in self._members:
            self._receive(member)

    def map(
        self, items: Iterable[Item], *, in_order: bool = False
    ) -> Iterator[tuple[Item, Result]]:
        """Each item with its result, as they come or in order; raises what `work` raised.

        Items are taken as processes become free, so that there may be any number of them.
        """
        if not self._begun:
            for member in self._members:
                self._receive(member)
                self._send(member, (False, None))
        numbered = enumerate(items)
        pending: dict[int, Item] = {}
        done: dict[int, Result] = {}
        following = 0
        while True:
            room = 2 * AHEAD * len(self._members) - len(done)
            self._feed(numbered, pending, room)
            if not any(member.items for member in self._members):
                return
            done.update(self._results())
            for number in sorted(done):
                if in_order and number != following:
                    break
                following = number + 1
                yield pending.pop(number), done.pop(number)

    def _feed(
        self, numbered: Iterator[tuple[int, Item]], pending: dict[int, Item], room: int
    ) -> None:
        """Give the next items to processes that have room; those with the fewest come first."""
        while room > 0:
            member = min(self._members, key=lambda each: len(each.items))
            if len(member.items) >= AHEAD:
                return
            found = next(numbered, None)
            if found is None:
                return
            number, item = found
            pending[number] = item
            member.items.append(number)
            self._send(member, (number, item))
            room -= 1

    def _results(self) -> Iterator[tuple[int, Result]]:
        """What at least one process has to say."""
        waiting: Any = [member.pipe for member in self._members if member.items]
        ready = wait(waiting)
        for member in self._members:
            if member.pipe in ready:
                result = self._receive(member)
                yield member.items.popleft(), result

    def _send(self, member: _Member, message: Any) -> None:
        try:
            member.pipe.send(message)
        except OSError as error:
            raise _ended(member) from error

    def _receive(self, member: _Member) -> Any:
        """The next answer of a process; raises the error that it met."""
        try:
            result, error = member.pipe.recv()
        except (EOFError, OSError) as broken:
            raise _ended(member) from broken
        if error is not None:
            raise error
        return result


def _ended(member: _Member) -> ReadingProcessError:
    member.process.join(PATIENCE)
    code = member.process.exitcode
    why = f"was killed by signal {-code}" if code and code < 0 else f"ended with {code}"
    return ReadingProcessError(f"A reading process {why} before its work was done.")


def can_hold_still(database: Database) -> bool:
    """Whether several processes can be given one snapshot: not of a SQLite file only read."""
    if not database.sqlite:
        return True
    try:
        with database.write() as session:
            session.connection()
    except DBAPIError as error:
        if error_code(error).startswith("SQLITE_READONLY"):
            return False
        raise
    return True


def _serve(
    url: str, busy_timeout: float, work: Callable[[Connection, Any], Any], pipe: Any
) -> None:
    """What a reading process does: answers item after item, until there are no more."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError), pipe:
        try:
            database = Database(url, pool_size=1, busy_timeout=busy_timeout)
            try:
                _answer(database, work, pipe)
            finally:
                database.close()
        except Exception as error:  # whatever it is, the other process raises it
            pipe.send((None, _portable(error)))


def _answer(database: Database, work: Callable[[Connection, Any], Any], pipe: Pipe) -> None:
    pipe.send((None, None))
    still, snapshot = pipe.recv()
    with ExitStack() as stack:
        connection: Connection | None = None
        if still:
            connection = stack.enter_context(database.read())
            look = LOOK if snapshot is None else f"SET TRANSACTION SNAPSHOT '{snapshot}'"
            connection.exec_driver_sql(look)
            pipe.send((None, None))
        while (task := pipe.recv()) is not None:
            if connection is not None:
                result = work(connection, task[1])
            else:
                with database.read() as own:
                    result = work(own, task[1])
            pipe.send((result, None))


def _portable(error: Exception) -> Exception:
    """The error as another process can raise it, with the place where it came from."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 # our own, made this moment
    except Exception:  # an error of any class may not be made for it
        return ReadingProcessError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    """End as soon as the process that gives the work has, even if it was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
