"""`bridge workbook recognise | read | fill | accept`: the file route. What they say: `workbookshow`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from bridge.byhand.batches import Filling, Moment, accept, carried, fill, hand_out, withdraw
from bridge.cli.batches import batch_in, write_batch
from bridge.cli.frame import DONE, NO, PARTLY, WAITING, Frame, pass_frame
from bridge.cli.learn import learn_command
from bridge.cli.permits import Permits
from bridge.cli.scopes import scope_options
from bridge.cli.show import exit_code
from bridge.cli.sync import permitted
from bridge.cli.workbookshow import fill_value, flaw_values, show_files, show_fill, show_flaws, show_said, tell_found
from bridge.domain.errors import BadInput
from bridge.domain.rights import Action
from bridge.ports.workbooks import FileFound, Hints, SheetKind, Workbooks
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.errand import Done
from bridge.sync.report import report

SUFFIXES = frozenset({".xlsx", ".xls", ".xlsm"})
PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))


@click.group()
def workbook() -> None:
    """Đi bằng tệp: nhận, điền và nộp tệp Excel của CSDL ngành · The file route."""


workbook.add_command(learn_command)


def hint_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a person says of files that do not say it themselves."""
    options = (
        click.option("--class", "school_class", default="", metavar="10A1", help="Lớp, khi tệp không ghi · class."),
        click.option("--subject", default="", metavar="TOAN", help="Môn, khi tệp không ghi · subject."),
        click.option("--term", default="", type=click.Choice(["", "HK1", "HK2"]), help="Học kỳ, khi tệp không ghi."),
        click.option("--year", type=int, metavar="2026", help="Năm học, khi tệp không ghi · school year."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@workbook.command()
@PATHS
@hint_options
@pass_frame
def recognise(frame: Frame, /, paths: tuple[Path, ...], **said: Any) -> int:
    """Tệp này là gì, thiếu gì; không thay đổi gì · What files are, and what is wrong with them. Changes nothing."""
    Permits(frame).demand(Action.SEE_STATUS)
    route = frame.app.workbooks()
    with frame.progress("progress.reading") as watch, _files(route, paths) as files:
        found = list(_watched((route.recognise(file, _hints(said)) for file in files), watch))
    return tell_found(frame, found, taken=0)


@workbook.command()
@PATHS
@hint_options
@pass_frame
def read(frame: Frame, /, paths: tuple[Path, ...], **said: Any) -> int:
    """Nhận tệp đã tải về làm bản hiện tại của CSDL ngành · Take downloads in: the city as it is now seen."""
    with frame.progress("progress.reading") as watch:
        found = take(frame, paths, _hints(said), watch)
    return tell_found(frame, found, taken=sum(each.usable for each in found))


@workbook.command(name="fill")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="LO.zip")
@scope_options
@pass_frame
def fill_command(frame: Frame, /, paths: tuple[Path, ...], out: Path, **options: Any) -> int:
    """Nhận tệp, gửi điểm đã được phép vào tệp, xuất một .zip để nộp · Fill what may go; one zip to upload."""
    found: list[FileFound] = []
    if paths:
        with frame.progress("progress.reading") as watch:
            found = take(frame, paths, Hints(), watch)
    return fill_batch(frame, permitted(frame, options), out, found)


def fill_batch(frame: Frame, scope: Scope, out: Path, found: Sequence[FileFound]) -> int:
    """Send what may go into the tray, fill it, hand it out; the exit code. `found` was taken in before."""
    permits, app = Permits(frame), frame.app
    with frame.progress("progress.syncing") as watch:
        done = runs.run(app.sync, scope, actor=frame.actor.id, watch=watch)
    units = list(app.store.plans.units(done.head.plan)) if done.head.plan else []
    with frame.progress("progress.filling") as watch:
        filling = fill(
            app.tray,
            app.workbooks(),
            wanted=lambda unit: scope.holds(unit) and permits.may(Action.RUN, unit),
            watch=watch,
            at=_moment(frame),
        )
    if filling.refused:
        runs.resume_open(app.sync, actor=frame.actor.id)
    batch = _handed_out(frame, filling, out, found)
    found_run = report(app.sync, done.head.id, done=done)
    frame.tell(
        fill_value(filling, batch, found, out),
        lambda: _show_filled(frame, filling, batch=batch, taken=found, out=out, done=done),
    )
    if filling.unfilled or any(not each.usable for each in found):
        return PARTLY
    return WAITING if batch else exit_code(frame, found_run, units)


@workbook.command(name="accept")
@click.argument("batch", default="last", metavar="[LO.zip]")
@click.option(
    "--errors", multiple=True, type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="LOI.xlsx"
)
@click.option("--none", "nothing", is_flag=True, help="Chưa nộp, hoặc bị từ chối cả lô · nothing of it was recorded.")
@pass_frame
def accept_command(frame: Frame, /, batch: str, errors: tuple[Path, ...], nothing: bool) -> int:
    """Trang đã nhận lô này; kèm tệp lỗi nếu có · The site took this batch; with its error file where there is one."""
    if nothing and errors:
        raise BadInput(where="--none", value="--errors", why="NONE_OR_ERRORS")
    name = batch_in(Path(batch)) if batch.lower().endswith(".zip") else batch
    return say_of_batch(frame, name, errors, nothing=nothing)


def say_of_batch(frame: Frame, batch: str, errors: Sequence[Path], *, nothing: bool = False) -> int:
    """A person's word about a batch, noted and recorded; the exit code."""
    permits, app = Permits(frame), frame.app
    chosen = app.tray.batch(batch)
    mine = carried(app.tray, chosen, wanted=lambda unit: permits.may(Action.RUN, unit))
    if chosen.submissions and not mine:
        permits.demand(Action.RUN)
    read_errors = [app.workbooks().read_errors(file, mine) for file in errors]
    flaws = [flaw for each in read_errors for flaw in each.flaws]
    if flaws:
        frame.tell({"flaws": flaw_values(frame, flaws)}, lambda: show_flaws(frame, flaws, key="said.errors_unread"))
        return NO
    if nothing:
        said = withdraw(app.tray, mine, at=_moment(frame))
    else:
        words = {id: dict(rows) for each in read_errors for id, rows in each.words.items()}
        said = accept(app.tray, mine, words, at=_moment(frame))
    done = runs.resume_open(app.sync, actor=frame.actor.id)
    value = {"batch": chosen.id, "accepted": said.accepted, "refused": said.refused, "withdrawn": said.failed}
    frame.tell(value | {"run": done.head.id}, lambda: show_said(frame, said, chosen.id))
    return WAITING if said.refused else DONE


def take(frame: Frame, paths: Iterable[Path], hints: Hints, watch: Callable[[object], None]) -> list[FileFound]:
    """Lists first: score sheets are measured against them. Each file by the right that its content asks for."""
    permits, route = Permits(frame), frame.app.workbooks()
    found: list[FileFound] = []
    with _files(route, paths) as files:
        seen = {file: route.recognise(file, hints) for file in files}
        for file in sorted(files, key=lambda each: (_is_scores(seen[each]), each.name)):
            for sheet in seen[file].sheets:
                if sheet.kind is not SheetKind.SCORES:
                    permits.demand(Action.PULL_ROSTER)
                elif sheet.unit is not None:
                    permits.demand(Action.RUN, sheet.unit)
            found.append(route.take(file, hints))
            watch(file)
    return found


def _is_scores(found: FileFound) -> bool:
    return any(sheet.kind is SheetKind.SCORES for sheet in found.sheets)


@contextmanager
def _files(route: Workbooks, paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Single files, everything in folders, everything in zips."""
    with TemporaryDirectory(prefix="bridge-workbooks-") as folder:
        files: list[Path] = []
        for path in paths:
            if path.is_dir():
                files += sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES)
            elif path.suffix.lower() == ".zip":
                files += route.unpack(path, Path(folder))
            else:
                files.append(path)
        yield files


def _watched(found: Iterable[FileFound], watch: Callable[[object], None]) -> Iterator[FileFound]:
    for each in found:
        watch(each)
        yield each


def _hints(said: dict[str, Any]) -> Hints:
    return Hints(said["year"], said["term"], said["school_class"], said["subject"])


def _moment(frame: Frame) -> Moment:
    return Moment(frame.actor.id, frame.app.sync.world.now())


def _handed_out(frame: Frame, filling: Filling, out: Path, taken: Sequence[FileFound]) -> str:
    """The id of the batch; "" where there is nothing to carry."""
    app = frame.app
    if not filling.cells:
        return ""
    out.unlink(missing_ok=True)  # an older batch under this name must not be taken for the one that is noted now
    batch = hand_out(app.tray, filling, id=app.sync.world.new_id(), school=app.school, year=app.year, at=_moment(frame))
    with frame.progress("progress.saving"):
        write_batch(frame, out, batch, filling=filling, taken=taken)
    return batch.id


def _show_filled(
    frame: Frame, filling: Filling, *, batch: str, taken: Sequence[FileFound], out: Path, done: Done
) -> None:
    bad = [each for each in taken if not each.usable]
    if bad:
        show_files(frame, bad)
    errors = {frame.unit(unit): str(frame.words.error(error)) for unit, error in done.failures}
    show_fill(frame, filling, batch=batch, out=out, errors=errors)
