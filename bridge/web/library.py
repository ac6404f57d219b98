"""The library of learning materials: shelves, search, bringing files, a material's page and its way into use."""

from collections.abc import Iterator
from enum import Enum
from mimetypes import guess_type
from typing import Any, TypeVar

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.materials import WITH_REASON, About, MaterialState, Step
from bridge.domain.rights import Action
from bridge.materials import approval, giving, intake
from bridge.materials.context import Library
from bridge.materials.intake import PIECE, Upload
from bridge.materials.usage import uses
from bridge.ports.materials import Material, Turned, Version, Wish
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.numbers import whole
from bridge.web.schoolpages import staff_names

bp = Blueprint("library", __name__, url_prefix="/v/<visit>/library")

Kind = TypeVar("Kind", bound=Enum)
PAGE = 50
FIELDS = {"title": 300, "subject": 40, "topic": 200, "description": 4000, "licence": 300}
UNFIT = 422


@bp.get("/")
@may(Action.SEE_LIBRARY)
def shelves(visit: str) -> str:  # noqa: ARG001
    wish, first = _wish(), whole(request.args.get("from", ""), 0)
    found = _library().materials.search(house().app.school, wish, limit=PAGE + 1, offset=first)
    return render_template(
        "library/shelves.html",
        found=found[:PAGE],
        wish=wish,
        asked=wish != Wish() or first > 0,
        first=first,
        more=len(found) > PAGE,
        page=PAGE,
        waiting=approval.waiting(_library(), permits()) if wish == Wish() and not first else (),
        **_lists(),
    )


@bp.get("/new")
@may(Action.SEE_LIBRARY)
def new(visit: str) -> str:  # noqa: ARG001
    return render_template("library/new.html", about=About(""), findings=(), **_lists())


@bp.post("/new")
@may(Action.SEE_LIBRARY, files=True)
def bring(visit: str) -> AnyResponse | tuple[str, int]:  # noqa: ARG001
    about = _about(About(""))
    made = intake.bring(_library(), _uploads(), about, permits=permits())
    if not made.material:
        return render_template("library/new.html", about=about, findings=made.findings, **_lists()), UNFIT
    return redirect(url_for("library.show", material=made.material), code=303)


@bp.get("/<material>/")
@may(Action.SEE_LIBRARY)
def show(visit: str, material: str) -> str:  # noqa: ARG001
    found = _library().materials.find(house().app.school, material)
    number = whole(request.args.get("version", ""), found.newest.number)
    return _page(found, _version(found, number))


@bp.post("/<material>/versions")
@may(Action.SEE_LIBRARY, files=True)
def bring_version(visit: str, material: str) -> AnyResponse | tuple[str, int]:  # noqa: ARG001
    made = intake.bring(_library(), _uploads(), About(""), permits=permits(), into=material)
    if not made.material:
        found = _library().materials.find(house().app.school, material)
        return _page(found, found.newest, unfit=made.findings), UNFIT
    return redirect(url_for("library.show", material=material), code=303)


@bp.post("/<material>/about")
@may(Action.SEE_LIBRARY)
def describe(visit: str, material: str) -> AnyResponse:  # noqa: ARG001
    """A material stays on the shelf of its subject: who approved it answered for that one."""
    library, school = _library(), house().app.school
    found = library.materials.find(school, material)
    permits().demand(Action.WRITE_MATERIAL, subject=found.about.subject)
    about = _about(found.about)
    permits().demand(Action.WRITE_MATERIAL, subject=about.subject)
    library.materials.describe(school, material, about, actor=permits().actor.id, now=library.now())
    return redirect(url_for("library.show", material=material), code=303)


@bp.post("/<material>/<int:number>/step")
@may(Action.SEE_LIBRARY)
def step(visit: str, material: str, number: int) -> AnyResponse:  # noqa: ARG001
    seen, taken = _member(MaterialState, "seen"), _member(Step, "step")
    turned = Turned(material, number, seen, taken, seen, request.form.get("comment", ""))
    approval.take(_library(), turned, permits=permits())
    return redirect(url_for("library.show", material=material, version=number), code=303)


@bp.post("/<material>/<int:number>/mend")
@may(Action.SEE_LIBRARY)
def mend(visit: str, material: str, number: int) -> AnyResponse:  # noqa: ARG001
    library = _library()
    version = _version(library.materials.find(house().app.school, material), number)
    intake.mend(library, version, permits=permits())
    return redirect(url_for("library.show", material=material), code=303)


@bp.get("/<material>/<int:number>/file")
@may(Action.SEE_LIBRARY)
def give(visit: str, material: str, number: int) -> Response:  # noqa: ARG001
    """The file is opened before its folder goes: what has a handle can still be read (unlink(2))."""
    library = _library()
    found = library.materials.find(house().app.school, material)
    wanted = request.args.get("format", giving.AS_IT_CAME)
    with giving.given(library, found, _version(found, number), wanted, permits=permits()) as (path, name):
        kind = guess_type(name)[0] or "application/octet-stream"
        return send_file(path.open("rb"), kind, as_attachment=True, download_name=name)


def _page(material: Material, version: Version, unfit: object = ()) -> str:
    library = _library()
    return render_template(
        "library/material.html",
        material=material,
        version=version,
        steps=list(approval.open_steps(material, version, permits())),
        with_reason=WITH_REASON,
        formats=giving.formats(library, version),
        may_write=permits().may(Action.WRITE_MATERIAL, subject=material.about.subject),
        may_mend=any(finding.code in library.packages.mended for finding in version.findings),
        uses=uses(house().app.roll(house().registrations), material.id),
        names=staff_names(),
        history=house().app.store.audit.show(house().app.school, limit=50, subject=f"{material.id}/{version.number}"),
        unfit=unfit,
        **_lists(),
    )


def _library() -> Library:
    return house().app.library()


def _version(material: Material, number: int) -> Version:
    found = material.version(number)
    if found is None:
        raise NotFound(kind="version", name=str(number), nearest=[])
    return found


def _uploads() -> Iterator[Upload]:
    for file in request.files.getlist("files"):
        if file.filename:
            yield Upload(file.filename, iter(lambda stream=file.stream: stream.read(PIECE), b""))  # type: ignore[misc]


def _about(before: About) -> About:
    """`before` with what the form says. `BadInput` for a subject that there is not."""
    said: Any = {name: request.form.get(name, getattr(before, name)).strip()[:most] for name, most in FIELDS.items()}
    if said["subject"] not in house().app.sync.subjects.by_code:
        raise BadInput(where="subject", value=said["subject"], why="NO_SUBJECT")
    lists: Any = {
        name: tuple(dict.fromkeys(part.strip()[:100] for part in request.form[name].split(",") if part.strip()))[:50]
        if name in request.form
        else getattr(before, name)
        for name in ("requirements", "keywords", "authors")
    }
    level = whole(request.form.get("grade_level", ""), before.grade_level or 0)
    return About(**said, **lists, grade_level=level if 1 <= level <= 12 else None, language=before.language)


def _wish() -> Wish:
    asked = request.args
    state = asked.get("state", "")
    return Wish(
        words=asked.get("q", "")[:200],
        subject=asked.get("subject", "")[:40],
        grade_level=whole(asked.get("grade_level", ""), 0) or None,
        requirement=asked.get("requirement", "")[:40],
        state=MaterialState(state) if state in MaterialState.__members__ else None,
    )


def _member(kind: type[Kind], field: str) -> Kind:
    """A member of an enum by its name in the form. `BadInput` for none."""
    said = request.form.get(field, "")
    if said not in kind.__members__:
        raise BadInput(where=field, value=said[:40], why="MATERIAL_STEP", state="–")
    return kind[said]


def _lists() -> dict[str, object]:
    """What every page of the library chooses from."""
    subjects = house().app.sync.subjects.by_code
    return {"subjects": subjects, "levels": range(1, 13), "states": list(MaterialState)}
