"""`bridge sandbox city | lms`: the stand-ins, each as its own process. Nothing of them is imported here."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.domain.errors import Unreachable

ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
STAND_INS = {"city": "sandbox.city", "lms": "sandbox.lms"}


@contextmanager
def stand_in(name: str, *arguments: str | int | Path) -> Iterator[dict[str, str]]:
    """Start a stand-in and give what it says of itself (url, token …); ends with the block."""
    command = [sys.executable, "-m", STAND_INS[name], *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 our own modules
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise Unreachable(remote=name, operation="start", why="ENDED", code=process.wait())
        yield json.loads(line)
    finally:
        process.terminate()
        process.wait()


def make_school(folder: Path, *, seed: int, pupils: int) -> tuple[Path, Path]:
    """Generate the made-up school: the city's world and the LMS's site, the same for the same seed."""
    world, site = folder / "world.json", folder / "site.json"
    options = {"--seed": seed, "--pupils": pupils, "--city": world, "--site": site, "--truth": folder / "truth.json"}
    words = [str(word) for pair in options.items() for word in pair]
    subprocess.run([sys.executable, "-m", "sandbox.school", *words], check=True)  # noqa: S603 our own module
    return world, site


def login_of(world: Path) -> dict[str, str]:
    """What `bridge init` asks for, of a made-up city: no secret, for nobody is behind it."""
    made = json.loads(world.read_text("utf-8"))
    account = made["accounts"][0]
    return {"school": made["school"]["code"], "user": account["user"], "password": account["password"]}


@click.group()
def sandbox() -> None:
    """CSDL ngành và Moodle thử nghiệm · The stand-in city and the stand-in Moodle."""


FOLDER = click.option("--folder", type=click.Path(path_type=Path), default=Path("var/sandbox"), show_default=True)


@sandbox.command()
@FOLDER
@click.option("--port", default=8801, show_default=True)
@click.option("--seed", default=2026, show_default=True)
@click.option("--pupils", default=480, show_default=True)
@pass_frame
def city(frame: Frame, /, folder: Path, port: int, seed: int, pupils: int) -> int:
    """Chạy CSDL ngành thử nghiệm · Run the stand-in city until Ctrl-C."""
    folder.mkdir(parents=True, exist_ok=True)
    world, _ = make_school(folder, seed=seed, pupils=pupils)
    with stand_in("city", "--port", port, "--state", folder / "city.sqlite3", "--world", world) as said:
        login = login_of(world)
        facts = {"school": login["school"], "user": login["user"], "token": login["password"]}
        with until_the_end():
            frame.tell(
                said | login, lambda: frame.say("said.sandbox_city", url=said["url"], soap=said["soap"], **facts)
            )
    return DONE


@sandbox.command()
@FOLDER
@click.option("--port", default=8802, show_default=True)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="localhost: với trình duyệt là một trang khác · another site to a browser",
)
@click.option("--seed", default=2026, show_default=True)
@click.option("--pupils", default=480, show_default=True)
@pass_frame
def lms(frame: Frame, /, folder: Path, *, port: int, host: str, seed: int, pupils: int) -> int:
    """Chạy Moodle thử nghiệm · Run the stand-in Moodle until Ctrl-C."""
    folder.mkdir(parents=True, exist_ok=True)
    _, site = make_school(folder, seed=seed, pupils=pupils)
    options = ("--port", port, "--host", host, "--seed", seed, "--state", folder / "lms.journal", "--site", site)
    with stand_in("lms", *options) as said, until_the_end():
        frame.tell(said, lambda: frame.say("said.sandbox_lms", url=said["url"], token=said["token"]))
    return DONE


@contextmanager
def until_the_end() -> Iterator[None]:
    """Say what runs; then it lasts until Ctrl-C, or until somebody ends us politely; also where a shell's background
    job has Ctrl-C ignored. Who ends us while it is still being said does so as politely."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
        signal.sigwait(ENDING)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
