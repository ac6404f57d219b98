"""`--json`: every command offers it, and answers with one document on standard output and nothing else there.

The commands come from the program itself. One that is neither called in a story below nor named in `FOREVER` or
`ELSEWHERE` fails: say here how a script would use it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest

from bridge.cli import bridge
from bridge.domain.school import school_year
from tests.cli.files import file_school
from tests.cli.test_lti import words as registered
from tests.cli.test_notices import with_mail
from tests.cli.test_passback import COURSE, Connected
from tests.cli.test_setup import answers
from tests.cli.world import PRINCIPAL, ROOT, Result, School, StandIns, call
from tests.csdl.workbook.made import Shape
from tests.mail.server import mailbox

BRIDGE = [sys.executable, "-c", "from bridge.cli import main; main()"]
UNIT = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1")
WRONG = (1, 2)  # a defect, and a command that is not written as it must be
FOREVER = {
    "serve": ("serve",),
    "jobs work": ("jobs", "work"),
    "sandbox city": ("sandbox", "city", "--port", "0", "--pupils", "300"),
    "sandbox lms": ("sandbox", "lms", "--port", "0", "--pupils", "300"),
}
"""These run until they are stopped: their one document says that they have begun, and what a script needs of them."""
ELSEWHERE = {"demo": "a minute long: test_sandboxes.py::test_the_demo_goes_all_the_way_and_ends_by_itself"}


def leaves(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Everything that does something by itself."""
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from leaves(each, f"{path} {name}".strip())
    if path and (not isinstance(command, click.Group) or command.invoke_without_command):
        yield path, command


COMMANDS = dict(leaves(bridge))


@dataclass
class Story:
    """Commands called one after the other, each asked for JSON; what each said is kept."""

    school: School
    said: dict[str, Result] = field(default_factory=dict)

    def call(self, path: str, *words: object, **more: Any) -> Any:
        assert path not in self.said, f"{path} twice"
        done = self.said[path] = self.school.run(*path.split(), *words, "--json", **more)
        return json.loads(done.out) if done.out.startswith("{") else {}

    def quietly(self, *words: object, **more: Any) -> Result:
        """A step in between, of a command that has its own place."""
        return self.school.run(*words, **more)


def first_item(school: School, course: int) -> int:
    return int(school.json("map", "items", course)["items"][0]["item"])


def mapped_and_sent(story: Story, folder: Path) -> None:
    """What a school does in its first weeks."""
    school, courses = story.school, story.school.stand_ins.courses
    teacher = school.teacher("10A1", "TOAN")
    for path in ("check", "migrate", "roster pull", "courses", "map show", "policy", "roles list"):
        story.call(path)
    story.call("map items", courses["10A1 TOAN"])
    story.call("map suggest")
    story.call("map set", courses["electives"], "10-LY-N1", "VATLI")
    story.call("map item", courses["electives"], first_item(school, courses["electives"]), "HK1", "TX4")
    story.call("map drop", courses["electives"])
    story.call("map export", folder / "map.csv")
    story.call("map import", folder / "map.csv")
    story.call("policy set", "TX2", "release")
    story.quietly("roles", "grant", PRINCIPAL, "principal")
    story.call("sync plan", *UNIT)
    story.call("sync confirm", *UNIT, actor=teacher)
    story.call("sync apply", actor=teacher)
    story.quietly("sync", "plan", *UNIT)
    story.call("sync release", actor=PRINCIPAL)
    story.call("sync run", *UNIT)
    story.call("runs list")
    story.call("runs show")
    story.call("status")


def looked_after(story: Story, folder: Path) -> None:
    """What goes wrong, and what is decided over it."""
    school, teacher = story.school, story.school.teacher("10A1", "TOAN")
    row = next(row for row in school.book() if row["column"] == "TX1")
    school.city("edits", {name: row[name] for name in ("pupil", "subject", "term", "column")} | {"value": "1.5"})
    story.quietly("sync", "plan", *UNIT)
    story.call("holds list", "--cells")
    of = ("--pupil", row["pupil"], "--problem", "CITY_CHANGED")
    story.call("holds settle", *of, "--choice", "KEEP_CITY", "--why", "đã chấm lại", actor=teacher)
    story.call("holds identity", 1002, "HS000002", "--why", "đã đối chiếu học bạ")
    school.city_faults({"kind": "shrink", "school_class": "10A1", "keep": 2, "times": None})
    story.quietly("sync", "plan", *UNIT)
    story.call("holds clear", "ROSTER_SHRUNK", "--why", "lớp đã tách")
    school.city_faults()
    newest = json.loads(story.said["runs list"].out)["runs"][0]["run"]
    story.call("runs revert", newest, "--why", "nhầm lớp")
    story.call("ledger rebuild")
    story.call("audit show")
    story.call("audit verify")
    story.call("backup", folder / "kept.zip")
    story.call("restore", folder / "kept.zip", "--overwrite")


def people_and_clock(story: Story, folder: Path) -> None:
    """Rights, times, letters, keys."""
    story.call("roles grant", "GV0009", "admin")
    story.call("roles revoke", "GV0009", "admin")
    days = ("--since", "2026-11-20", "--until", "2026-12-20")
    story.call("roles delegate", "GV0009", "10A1", "TOAN", "HK1", *days)
    story.call("jobs start", "sync")
    story.call("jobs list")
    story.call("schedule")
    story.call("schedule list")
    story.call("schedule set", "sync", "--at", "18:30")
    story.call("schedule off", "pull-roster")
    story.call("schedule deadline", "HK1", "2027-01-15")
    story.call("schedule deadlines")
    story.call("notices set", "QT01", "qt@truong.example")
    story.call("notices list")
    with mailbox() as box:
        story.call("notices test", "QT01", env=with_mail(story.school, box))
    story.call("notices off")
    story.call("notices on")
    story.call("notices drop", "QT01")
    story.call("lti invite")
    made = story.call("lti register", *registered()[2:])["registration"]
    story.call("lti platforms")
    story.call("lti set", made, "off")
    story.call("lti keys list")
    story.call("lti keys rotate")
    story.call("lti doctor")
    story.call("lrs keys add", "app")
    story.call("lrs keys list")
    story.call("lrs keys drop", "app")
    story.call("participation export", folder / "who.csv")


def passed_back(story: Story) -> None:
    """Scores that the LMS would not take at once."""
    connected = Connected(story.school)
    pupil = connected.pupil()
    connected.launched()
    connected.enter(6, pupil)
    connected.put("9", pupil)
    connected.put("9", "999999")
    story.quietly("jobs", "start", "passback")
    connected.work()
    rows = {row["state"]: row["id"] for row in story.call("passback list")["passbacks"]}
    story.call("passback settle", rows["CONFLICT"], "theirs")
    story.call("passback leave", rows["DEAD"])
    story.call("passback again", rows["DEAD"])
    story.call("lti selftest", connected.id, COURSE, pupil)
    connected.app.store.close()


def by_files(story: Story, remotes: StandIns, folder: Path) -> None:
    """The way by workbooks."""
    files = file_school(remotes, folder)
    story.school, teacher = files.school, files.school.teacher("10A1", "TOAN")
    download = files.download("10A1", "TOAN", "HK1", {})
    story.call("workbook recognise", download)
    story.call("workbook read", download)
    story.quietly("sync", "plan", *UNIT)
    story.quietly("sync", "confirm", actor=teacher)
    story.call("workbook fill", "--out", folder / "lo.zip", *UNIT)
    story.call("workbook accept", folder / "lo.zip")
    flat = Shape(columns=("TX1", "TX2", "GK", "CK"), heads="flat", extra_head="Điểm cộng")
    strange = files.download("10A2", "TOAN", "HK1", {}, shape=flat)
    story.call("workbook learn", strange, "--name", "Lạ", "--system", "Lạ", "--yes")


def set_up(story: Story, remotes: StandIns, folder: Path) -> None:
    story.school = remotes.new_school(folder, year=school_year(date.today()))
    story.call("init", *answers(story.school), actor=None)


@pytest.fixture(scope="module")
def told(remotes: StandIns, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What every command said."""

    def folder() -> Path:
        return tmp_path_factory.mktemp("json")

    files = folder()
    story = Story(remotes.ready_school(folder()))
    mapped_and_sent(story, files)
    looked_after(story, files)
    people_and_clock(story, files)
    passed_back(Story(remotes.ready_school(folder()), story.said))
    by_files(story, remotes, folder())
    set_up(story, remotes, folder())
    return story.said


def test_every_command_is_asked(told: dict[str, Result]) -> None:
    assert {*told, *FOREVER, *ELSEWHERE} == COMMANDS.keys()


@pytest.mark.parametrize("path", sorted(COMMANDS.keys() - FOREVER.keys() - ELSEWHERE.keys()))
def test_a_command_answers_with_one_document_and_nothing_else(told: dict[str, Result], path: str) -> None:
    done = told[path]
    document = json.loads(done.out)
    assert isinstance(document, dict) and not document.keys() >= {"error", "what", "next"}, document
    assert done.out == json.dumps(document, ensure_ascii=False) + "\n"
    assert (done.err, done.code in WRONG) == ("", False)


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_a_complaint_is_one_document_too(path: str, behind: bool) -> None:
    command = path.split()
    done = call(*([*command, "--no-such-option", "--json"] if behind else ["--json", *command, "--no-such-option"]))
    assert (done.code, done.err, done.data["error"]) == (2, "", "USAGE")
    assert done.data["what"] and done.data["next"]


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_json_and_language_may_stand_behind_every_command(path: str) -> None:
    options = {name for each in COMMANDS[path].params for name in each.opts}
    assert {"--json", "--lang"} <= options


@pytest.mark.parametrize("path", FOREVER)
def test_what_runs_until_it_is_stopped_says_once_that_it_has_begun(school: School, tmp_path: Path, path: str) -> None:
    more = ["--folder", str(tmp_path / "made")] if path.startswith("sandbox") else []
    words = [*BRIDGE, "--config", str(school.config), *FOREVER[path], *more, "--json"]
    env = {**os.environ, "BRIDGE_WEB__PORT": "0"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=env) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        process.wait(30)
    assert isinstance(json.loads(begun), dict)
    assert rest == b""


def test_what_stands_behind_a_command_is_what_counts(shared: School) -> None:
    assert shared.run("status", "--json").data == shared.json("status")
    assert "Not sent" in shared.run("--lang", "vi", "policy", "--lang", "en").said
