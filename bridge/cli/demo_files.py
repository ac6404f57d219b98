"""`bridge demo --files`: the whole way with workbooks only, as a school can go it before any interface is open.

The page of the stand-in city hands out lists and score workbooks; they are taken in, filled and uploaded; a column is
locked there meanwhile, so that the page gives an error file, which is read back. Then both sides change.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from bridge.cli.disturb import Line
from bridge.cli.frame import Frame
from bridge.cli.runs import tell_status
from bridge.cli.show import show_holds, show_totals
from bridge.cli.story import ADMIN, SHOWN, confirm_all, found, made_up_school, preview, pull_and_map, units_of_last
from bridge.cli.workbook import fill_batch, say_of_batch, take
from bridge.cli.workbookshow import show_files
from bridge.config import WorkbookSettings
from bridge.domain.plans import Hold, UnitPlan
from bridge.ports.workbooks import NO_HINTS
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import tally

LISTS = ("hoc-sinh", "nhom", "giao-vien", "phan-cong")
LOCKED = {"term": "HK1", "class": SHOWN, "subject": "TOAN", "column": "TX2"}


def tell_by_files(frame: Frame, folder: Path, city: Mapping[str, str], lms: Mapping[str, str], scope: Scope) -> None:
    """The story itself."""
    school = made_up_school(city)
    said = {"kind": "workbook", "folder": "city", "school_name": school["name"], "level": school["level"]}
    found(frame, folder, school, lms=lms, city=WorkbookSettings.model_validate(said))
    page = Page(f"{city['url']}/{school['school']}/{school['year']}/tep", folder / "Downloads")
    line = Line(city["url"], lms["url"])
    frame.head("demo.begin_files")
    frame.say("demo.files_page", page=page.url)
    _take(frame, page.lists())
    pull_and_map(frame)
    _take(frame, [page.score_workbooks(scope)])
    frame.head("demo.plan")
    preview(frame, scope)
    confirm_all(frame)
    frame.head("demo.fill")
    fill_batch(frame, scope, folder / "lo-1.zip", [])
    line.post(f"{line.city}/sandbox/locks", LOCKED)
    frame.head("demo.upload")
    _carry(frame, page, folder / "lo-1.zip")
    frame.head("demo.download_again")
    _hand_edit(frame, line)
    _take(frame, [page.score_workbooks(scope)])
    _look_again(frame, scope)
    frame.head("demo.status")
    tell_status(frame)
    head = frame.app.store.audit.verify(frame.app.school)
    frame.say("said.audit_sound", count=head.seq if head else 0, head=head.hash if head else "–")


class Page:
    """The city's page for files, and the folder into which a browser saves."""

    def __init__(self, url: str, downloads: Path) -> None:
        self.url, self._downloads = url, downloads
        downloads.mkdir()

    def lists(self) -> list[Path]:
        return [self._save(f"{name}.xlsx", f"{self.url}/{name}.xlsx") for name in LISTS]

    def score_workbooks(self, scope: Scope) -> Path:
        chosen = [("term", str(scope.terms[0])), *(("class", name) for name in sorted(scope.classes))]
        return self._save("diem.zip", f"{self.url}/diem.zip", chosen)

    def score_workbook(self, school_class: str, subject: str, term: str) -> Path:
        return self._save(f"{school_class}-{subject}.xlsx", f"{self.url}/diem/{school_class}/{subject}/{term}.xlsx")

    def upload(self, batch: Path) -> dict[str, Any]:
        """Every workbook of the batch; what the page says, and with errors the file that it gives."""
        with zipfile.ZipFile(batch) as opened:
            names = [name for name in opened.namelist() if name.endswith(".xlsx") and not name.startswith("BAO-CAO")]
            files = [("tep", (name, opened.read(name))) for name in names]
        reply = requests.post(f"{self.url}/nop", files=files, headers={"Accept": "application/json"}, timeout=300)
        reply.raise_for_status()
        said: dict[str, Any] = reply.json()
        return said

    def error_file(self, link: str) -> Path:
        host = self.url.split("/", 3)[:3]
        return self._save("loi-nhap-diem.xlsx", "/".join(host) + link)

    def _save(self, name: str, url: str, chosen: Sequence[tuple[str, str]] = ()) -> Path:
        reply = requests.get(url, params=list(chosen), timeout=300)
        reply.raise_for_status()
        path = self._downloads / name
        path.write_bytes(reply.content)
        return path


def _take(frame: Frame, paths: Sequence[Path]) -> None:
    with frame.progress("progress.reading") as watch:
        found = take(frame, paths, NO_HINTS, watch)
    if bad := [each for each in found if not each.usable]:
        show_files(frame, bad)
    usable = len(found) - len(bad)
    counts = {"count": usable, "left": len(bad)}
    frame.say("demo.taken", **{name: frame.words.count("file", number) for name, number in counts.items()})


def _carry(frame: Frame, page: Page, batch: Path) -> None:
    """A person uploads the batch, gets an error file, and says so."""
    said = page.upload(batch)
    counts = {"count": said["accepted"], "left": said["refused"]}
    frame.say("demo.uploaded", **{name: frame.words.count("score", number) for name, number in counts.items()})
    errors = [page.error_file(said["error_file"])] if said["error_file"] else []
    say_of_batch(frame, "last", errors)


def _hand_edit(frame: Frame, line: Line) -> None:
    """Somebody types another mark in the city's own screen."""
    rows = [row for row in line.get("scores") if row["live"] and row["source"] == "TAY" and row["column"] == "TX1"]
    row = next(row for row in rows if row["value"][:1].isdecimal())
    where = {name: row[name] for name in ("term", "subject", "pupil", "column")}
    line.post(f"{line.city}/sandbox/edits", where | {"value": "1.5" if row["value"] != "1.5" else "2.5"})
    frame.say("demo.typed_there")


def _look_again(frame: Frame, scope: Scope) -> None:
    """What the new downloads say: what the page refused, and what somebody typed."""
    app = frame.app
    with frame.progress("progress.reading") as watch:
        runs.plan(app.sync, scope, actor=ADMIN, watch=watch)
    units = units_of_last(frame)
    show_totals(frame, tally(units))
    show_holds(frame, [_held(row) for row in units])


def _held(row: UnitPlan) -> UnitPlan:
    return UnitPlan(row.unit, tuple(cell for cell in row.cells if isinstance(cell.action, Hold)))
