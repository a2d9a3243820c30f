"""PostgreSQL as the program opens it, and what is known when a connection to it breaks.

What decides whether a client may believe an answer after a failover stands here in one place.
"""

from __future__ import annotations

import select
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError, OperationalError

# A host that has vanished says nothing: it is given up after some ten seconds, not two hours.
NETWORK_PATIENCE = {
    "connect_timeout": 5,  # seconds for each host
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
# The server ends a connection: admin_shutdown, crash_shutdown, cannot_connect_now.
SHUTDOWN = ("57P01", "57P02", "57P03")
CONNECTION_FAILURES = "08"  # the class
READ_ONLY_TRANSACTION = "25006"  # a standby, or a primary that has become one
PRIMARY = {"read-write", "primary"}  # values of target_session_attrs that a standby does not meet
WRITER_LOCK = 0x65766964  # 'evid': the advisory lock that PostgreSQL writers queue for
# A writer of another process is waited for as long as one of this; it may wait for a standby. A
# timeout of the role must not end that wait: PostgreSQL would report a COMMIT no standby has.
QUEUE = text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('statement_timeout', '0', true),"
    " pg_advisory_xact_lock(:key)"
)
IS_READ_ONLY = (
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
)
_COMMITTING = "committing"


class CommitInDoubtError(OperationalError):
    """The connection broke during COMMIT: the change may have been saved, or not."""


def postgresql_engine(url: URL, pool_size: int, options: dict[str, Any]) -> Engine:
    """An engine whose pool forgets connections that lead nowhere, or no longer to the primary.

    Its statements raise CommitInDoubtError when a connection that wrote breaks in COMMIT.
    Statements are short and many: JIT takes seconds for compiling one that runs in no time.
    """
    settings = f"{url.query.get('options', '')} -c jit=off".strip()
    patience = {name: value for name, value in NETWORK_PATIENCE.items() if name not in url.query}
    arguments = {**patience, "options": settings}
    engine = create_engine(url, pool_size=pool_size, connect_args=arguments, **options)
    event.listen(engine, "begin", _not_committing)
    event.listen(engine, "commit", _is_committing)
    event.listen(engine, "handle_error", _broken)
    event.listen(engine, "checkout", _refuse_closed)
    event.listen(engine, "checkin", _let_the_server_decide)
    return engine


def _not_committing(connection: Connection) -> None:
    connection.info.pop(_COMMITTING, None)


def _is_committing(connection: Connection) -> None:
    connection.info[_COMMITTING] = True


def _let_the_server_decide(connection: Any, _record: Any) -> None:
    """SQLAlchemy leaves BEGIN READ WRITE behind, which a standby refuses as no feature of its own.

    A plain BEGIN lets the first change be refused, as what it is: in a read-only transaction.
    """
    if connection is not None and not connection.closed:
        connection.read_only = None


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """Notice that the server has ended an idle connection: nothing else makes it readable.

    A look at the socket takes microseconds, where asking the server takes a round trip.
    """
    if not connection.closed and hasattr(select, "poll"):
        socket = select.poll()
        socket.register(connection.fileno(), select.POLLIN)
        if not socket.poll(0):
            return
    elif not connection.closed:
        return
    raise InvalidatePoolError("The server has closed this connection.")


def _broken(context: ExceptionContext) -> Exception | None:
    """Tell SQLAlchemy which errors make every pooled connection doubtful, and which a COMMIT."""
    connection, code = context.connection, getattr(context.original_exception, "sqlstate", "") or ""
    if connection is None or context.sqlalchemy_exception is None:
        return None
    if code in SHUTDOWN or code.startswith(CONNECTION_FAILURES):
        context.is_disconnect = True
    elif code == READ_ONLY_TRANSACTION and _wants_primary(connection.engine.url):
        context.is_disconnect = True  # it was the primary when it was connected to
    writes = not connection.get_execution_options().get("postgresql_readonly")
    if context.is_disconnect and writes and connection.info.pop(_COMMITTING, False):
        doubted = context.original_exception
        return CommitInDoubtError(None, None, doubted, connection_invalidated=True)
    return None


def _wants_primary(url: URL) -> bool:
    return url.query.get("target_session_attrs") in PRIMARY
