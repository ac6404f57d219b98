"""Both stand-ins as processes, and the command line run over them as somebody at a keyboard would."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import click
import requests
from click.testing import CliRunner

from bridge.cli import bridge
from bridge.cli.entry import run
from bridge.cli.setup import write_settings
from bridge.config import CitySettings, MoodleSettings

ROOT = Path(__file__).parents[2]
YEAR = 2026
CLASSES = ("10A1", "10A2", "10A3", "10-LY-N1", "10-LY-N2")
MAPPED = (("10A1", "TOAN"), ("10A2", "TOAN"), ("10A2", "NGUVAN"))
ADMIN, PRINCIPAL = "QT01", "HT01"


@dataclass(frozen=True)
class Result:
    """What a command said. `data` of a command with --json: exactly one document."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Everything in one line, as it reads without the frames of tables."""
        return " ".join((self.out + self.err).translate(dict.fromkeys(map(ord, "│┃"), " ")).split())


@dataclass
class School:
    """One school of the stand-in city, with an installation of the bridge of its own."""

    code: str
    folder: Path
    stand_ins: "StandIns"
    env: dict[str, str | None] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "bridge.toml"

    def run(self, *words: object, actor: str | None = ADMIN, typed: str = "", env: Mapping[str, str] = {}) -> Result:
        who = ["--as", actor] if actor else []
        return call("--config", self.config, *who, *words, typed=typed, env={**self.env, **env})

    def json(self, *words: object, actor: str | None = ADMIN) -> Any:
        return self.run("--json", *words, actor=actor).data

    def teacher(self, school_class: str, subject: str) -> str:
        rows = self.stand_ins.world["assignments"]
        return next(row["teacher"] for row in rows if (row["class"], row["subject"]) == (school_class, subject))

    def stranger(self, school_class: str, subject: str) -> str:
        """A teacher who has nothing to do with it."""
        rows = self.stand_ins.world["assignments"]
        theirs = {row["teacher"] for row in rows if (row["class"], row["subject"]) == (school_class, subject)}
        return next(row["teacher"] for row in rows if row["teacher"] not in theirs)

    def city(self, path: str, body: object) -> None:
        rows = [{**row, "school": self.code, "year": YEAR} for row in (body if isinstance(body, list) else [body])]
        self.stand_ins.city_control("POST", path, rows)

    def city_faults(self, *rows: Mapping[str, object]) -> None:
        self.stand_ins.city_control("PUT", "faults", [{**row, "school": self.code} for row in rows])

    def book(self) -> list[dict[str, Any]]:
        """What stands in the city."""
        reply = requests.get(f"{self.stand_ins.city_url}/sandbox/scores", params={"school": self.code}, timeout=10)
        return [row for row in reply.json() if row["live"]]


@dataclass
class StandIns:
    city_url: str
    soap: str
    lms_url: str
    token: str
    world: dict[str, Any]
    courses: dict[str, int]  # by "10A1 TOAN"; also "electives", which feeds two groups, and the special ones
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def city_control(self, method: str, path: str, body: object) -> None:
        requests.request(method, f"{self.city_url}/sandbox/{path}", json=body, timeout=10).raise_for_status()

    def change(self, **change: object) -> None:
        requests.post(f"{self.lms_url}/sandbox/changes", json=change, timeout=10).raise_for_status()

    def lms_faults(self, *rows: Mapping[str, object]) -> None:
        requests.put(f"{self.lms_url}/sandbox/faults", json=list(rows), timeout=10).raise_for_status()

    def new_school(self, folder: Path, *, year: int = YEAR) -> School:
        """A school under a code of its own, with nothing set up."""
        code = f"791{next(self._numbers):05}"
        account = {"user": code, "password": "sandbox", "schools": [code]}
        world = {**self.world, "school": {**self.world["school"], "code": code}, "accounts": [account], "year": year}
        self.city_control("POST", "worlds", world)
        return School(code, folder, self, {"COLUMNS": "600", "BRIDGE_LANGUAGE": None, "BRIDGE_AS": None})

    def ready_school(self, folder: Path) -> School:
        """Set up, with class lists and three courses mapped."""
        school = self.new_school(folder)
        self.configure(school)
        assert school.run("migrate").code == 0
        grant_first(school)
        assert school.run("roster", "pull").code == 0
        for unit in MAPPED:
            assert school.run("map", "set", self.courses[" ".join(unit)], *unit).code == 0
        return school

    def configure(self, school: School, **city: object) -> None:
        said = {"url": self.soap, "user": school.code, "password": "sandbox", **city}
        write_settings(
            school.config,
            school=school.code,
            moodle=MoodleSettings.model_validate({"url": self.lms_url, "token": self.token}),
            city=CitySettings.model_validate(said),
            language="vi",
            year=YEAR,
        )


def grant_first(school: School) -> None:
    """As `bridge init` does it for whoever sets a school up."""
    from bridge.config.loading import load_settings
    from bridge.domain.actors import Grant, Role
    from bridge.wiring import open_app

    app = open_app(load_settings(school.config))
    app.store.grants.grant(app.school, Grant(ADMIN, Role.ADMIN), by=ADMIN, now=app.sync.world.now())


def call(*words: object, typed: str = "", env: Mapping[str, str | None] = {}) -> Result:
    """One command from the first word to the exit code."""
    with CliRunner().isolation(input=typed, env=env) as (out, err, _):
        code = run(bridge, [str(word) for word in words])
        click.echo("", nl=False)
        return Result(code, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def stand_ins(folder: Path) -> Iterator[StandIns]:
    files = {name: folder / f"{name}.json" for name in ("city", "site", "truth")}
    made = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    subprocess.run(
        [sys.executable, "-m", "sandbox.school", "--seed", "7", "--pupils", "300", *made], check=True, cwd=ROOT
    )
    world, site, truth = (json.loads(file.read_text("utf-8")) for file in files.values())
    courses = _courses(truth)
    site["courses"] = [_unnumbered(course) for course in site["courses"] if course["id"] in {1, *courses.values()}]
    site["categories"] = [_unnumbered(category) for category in site["categories"]]
    files["site"].write_text(json.dumps(site), "utf-8")
    with _process("sandbox.city") as city, _process("sandbox.lms", "--site", str(files["site"])) as lms:
        yield StandIns(city["url"], city["soap"], lms["url"], lms["token"], _small(world), courses)


def _unnumbered(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers hold the code of one school; here many schools look at one Moodle, and know its courses by name."""
    return {name: value for name, value in row.items() if name != "idnumber"}


def _courses(truth: dict[str, Any]) -> dict[str, int]:
    rows = [row for row in truth["courses"] if row["year"] == YEAR and row["term"] is None]
    plain = {
        f"{row['class']} {row['subject']}": row["course"] for row in rows if (row["class"], row["subject"]) in MAPPED
    }
    electives = next(row["course"] for row in rows if "10-LY-N1" in row["groups"].values())
    return {**plain, "electives": electives, **{name: truth["special_courses"][name] for name in ("last_year", "club")}}


def _small(world: dict[str, Any]) -> dict[str, Any]:
    """Three classes and two elective groups."""
    kept = {row["code"] for row in world["classes"] if row["code"] in CLASSES}
    pupils = [{**row, "groups": [each for each in row["groups"] if each in kept]} for row in world["pupils"]]
    return {
        **world,
        "classes": [row for row in world["classes"] if row["code"] in kept],
        "pupils": [row for row in pupils if row["class"] in kept],
        "assignments": [row for row in world["assignments"] if row["class"] in kept],
    }


@contextmanager
def _process(module: str, *words: str) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", module, "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
