"""A PostgreSQL of our own for the tests: a cluster in a passing folder, on a loopback port that was free."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ACCOUNT = "postgres"  # initdb refuses to run as root


@contextmanager
def own_postgres() -> Iterator[str]:
    """Yields the address of its server without a database name. Skips, saying what is missing, where there is none."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="bridge-postgres-"))
    account = _account(folder)
    try:
        port = _free_port()
        _run([programs / "initdb", "-D", folder / "data", "-U", "bridge", "-A", "trust", "-E", "UTF8", "-N"], account)
        # -F: no fsync, for a cluster that nobody will miss
        options = f"-F -p {port} -k {folder} -h 127.0.0.1"
        log = folder / "log"
        _run([programs / "pg_ctl", "-D", folder / "data", "-w", "-l", log, "-o", options, "start"], account)
        try:
            yield f"postgresql+psycopg://bridge@127.0.0.1:{port}"
        finally:
            _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL is not installed: `apt install postgresql` (initdb, pg_ctl) makes these tests run")
    return found[-1].parent if found else Path(str(on_path)).parent


def _account(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        pytest.skip(f"running as root, and there is no account `{ACCOUNT}` to run PostgreSQL as")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return ACCOUNT


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _run(command: list[str | Path], account: str | None) -> None:
    # no pipes: the server keeps what it inherits, and a pipe would never close
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    done = subprocess.run(command, check=False, user=account, cwd="/", **streams)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed with {done.returncode}")
