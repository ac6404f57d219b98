"""The page that hands out workbooks and takes them back, as the real systems do: a school's door by files."""

from __future__ import annotations

import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from sandbox.city.book import read_record
from sandbox.city.codes import table
from sandbox.city.desk import Desk
from sandbox.city.sheets import Sheet, birth, list_workbook, score_workbook
from sandbox.city.uploads import Spoilt, Taken, read_token, take_upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = 50  # so many error files are kept
STATES = {"DANGHOC": "Đang học"}
SEXES = {"1": "Nam", "2": "Nữ"}


def files_blueprint(desk: Desk) -> Blueprint:
    files = Blueprint("files", __name__, url_prefix="/<school>/<int:year>/tep")
    errors: OrderedDict[str, bytes] = OrderedDict()

    @files.get("/")
    def home(school: str, year: int) -> str:
        return render_template("city/files.html", **_home(desk, school, year), taken=None)

    @files.get("/hoc-sinh.xlsx")
    def pupils(school: str, year: int) -> Response:
        return _file(_pupils(desk, school, year), "C1-HocSinh.xlsx")

    @files.get("/nhom.xlsx")
    def groups(school: str, year: int) -> Response:
        return _file(_groups(desk, school, year), "NhomMonLuaChon.xlsx")

    @files.get("/giao-vien.xlsx")
    def staff(school: str, year: int) -> Response:
        return _file(_staff(desk, school, year), "CSDL_GiaoVien.xlsx")

    @files.get("/phan-cong.xlsx")
    def assignments(school: str, year: int) -> Response:
        return _file(_assignments(desk, school, year), "PhanCong.xlsx")

    @files.get("/diem/<school_class>/<subject>/<term>.xlsx")
    def scores(school: str, year: int, school_class: str, subject: str, term: str) -> Response:
        sheet = _sheet(desk, school, year, school_class, subject, term)
        return _file(score_workbook(sheet), _name(sheet))

    @files.get("/diem.zip")
    def everything(school: str, year: int) -> Response:
        """?term= and, repeatable, ?class=."""
        content = _zip(desk, school, year, request.args.get("term", "HK1"), set(request.args.getlist("class")))
        return Response(content, mimetype="application/zip", headers=_named("diem.zip"))

    @files.post("/nop")
    def upload(school: str, year: int) -> Any:
        """`tep`, repeatable. JSON for a machine, the page for a person; errors also as a workbook."""
        results = [_taken(desk, school, year, each.read()) for each in request.files.getlist("tep")]
        refused = [text for text in results if isinstance(text, str)]
        taken = [each for each in results if isinstance(each, Taken)]
        merged = Taken(sum(each.accepted for each in taken), [row for each in taken for row in each.errors])
        link = _keep(errors, merged, school, year) if merged.errors else None
        said = {"accepted": merged.accepted, "refused": len(merged.errors), "spoilt": refused, "error_file": link}
        if request.accept_mimetypes.best == "application/json":
            return said
        return render_template("city/files.html", **_home(desk, school, year), taken=said)

    @files.get("/loi/<name>.xlsx")
    def error_file(school: str, year: int, name: str) -> Response:
        del school, year
        return _file(errors[name], "loi-nhap-diem.xlsx") if name in errors else abort(404)

    return files


def _keep(errors: OrderedDict[str, bytes], taken: Taken, school: str, year: int) -> str:
    name = f"{len(errors) + 1:06}"
    errors[name] = taken.error_file()
    while len(errors) > KEPT:
        errors.popitem(last=False)
    return url_for("files.error_file", school=school, year=year, name=name)


def _taken(desk: Desk, school: str, year: int, content: bytes) -> Taken | str:
    try:
        parts = read_token(content).split("|")
        if len(parts) != 5 or parts[:2] != [school, str(year)]:
            raise Spoilt("Tệp của trường hoặc năm học khác")
        return take_upload(desk.state, _sheet(desk, school, year, *parts[2:]), content)
    except Spoilt as error:
        return str(error)


def _file(content: bytes, name: str) -> Response:
    return Response(content, mimetype=XLSX, headers=_named(name))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _name(sheet: Sheet) -> str:
    return f"BangDiem_{sheet.class_name}_{sheet.subject}_{sheet.term}.xlsx"


def _rows(desk: Desk, query: str, *values: object) -> list[dict[str, Any]]:
    with desk.state.read() as db:
        return [dict(row) for row in db.execute(query, values)]


def _school(desk: Desk, school: str, year: int) -> dict[str, Any]:
    rows = _rows(desk, "SELECT * FROM schools WHERE (school, year) = (?, ?)", school, year)
    return rows[0] if rows else abort(404)


def _home(desk: Desk, school: str, year: int) -> dict[str, Any]:
    units = list(_units(desk, school, year))
    return {"school": _school(desk, school, year), "units": units, "subjects": table("subjects")}


def _units(desk: Desk, school: str, year: int) -> Iterator[tuple[str, str, str]]:
    """Class or group, subject and term of what is taught."""
    rows = _rows(
        desk,
        """SELECT DISTINCT class, subject, term FROM assignments
           WHERE (school, year) = (?, ?) AND event <> 'CANCEL' ORDER BY 1, 3, 2""",
        school,
        year,
    )
    return ((row["class"], row["subject"], row["term"]) for row in rows)


def _sheet(desk: Desk, school: str, year: int, school_class: str, subject: str, term: str) -> Sheet:
    here = _school(desk, school, year)
    if (school_class, subject, term) not in set(_units(desk, school, year)):
        abort(404)
    pupils = _rows(
        desk,
        """SELECT pupil, moet, name, birth FROM places JOIN pupils USING (school, year, pupil)
           WHERE (school, year, class) = (?, ?, ?) AND event <> 'CANCEL' AND state = 'DANGHOC' ORDER BY pupil""",
        school,
        year,
        school_class,
    )
    with desk.state.read() as db:
        found = db.execute(
            "SELECT * FROM scores WHERE (school, year, term, subject) = (?, ?, ?, ?) AND event <> 'CANCEL'",
            (school, year, term, subject),
        ).fetchall()
    cells = {(row["pupil"], row["col"]): read_record(row).value for row in found}
    name, kind = table("subjects")[subject]["vi"], _kind(desk, school, year, school_class)
    return Sheet(school, here["name"], year, school_class, subject, name, term, pupils, cells, kind == "NHOM")


def _kind(desk: Desk, school: str, year: int, school_class: str) -> str:
    query = "SELECT kind FROM classes WHERE (school, year, class) = (?, ?, ?)"
    return str(_rows(desk, query, school, year, school_class)[0]["kind"])


def _zip(desk: Desk, school: str, year: int, term: str, classes: set[str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for school_class, subject, of_term in _units(desk, school, year):
            if of_term == term and (not classes or school_class in classes):
                sheet = _sheet(desk, school, year, school_class, subject, term)
                packed.writestr(f"{school_class}/{_name(sheet)}", score_workbook(sheet))
    return target.getvalue()


def _pupils(desk: Desk, school: str, year: int) -> bytes:
    rows = _rows(
        desk,
        """SELECT p.*, l.class, c.grade_level FROM places l JOIN pupils p USING (school, year, pupil)
           JOIN classes c USING (school, year, class)
           WHERE (l.school, l.year) = (?, ?) AND l.event <> 'CANCEL' AND c.kind = 'LOP' ORDER BY l.class, p.pupil""",
        school,
        year,
    )
    heads = ("STT", "Mã lớp", "Mã học sinh", "Mã định danh Bộ GD&ĐT", "Họ tên", "Ngày sinh", "Giới tính", "Khối",
             "Trạng thái HS", "Họ tên cha", "Số điện thoại cha")  # fmt: skip
    listed = [
        (n, row["class"], row["pupil"], row["moet"] or "", row["name"], birth(row["birth"]), SEXES.get(row["sex"], ""),
         row["grade_level"], STATES.get(row["state"], "Chuyển đi"), "Người Bịa", "0900000000")
        for n, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return list_workbook(heads, listed, title="DANH SÁCH HỌC SINH")


def _groups(desk: Desk, school: str, year: int) -> bytes:
    """Who is in which elective group; one line for each pupil and group."""
    rows = _rows(
        desk,
        """SELECT l.class, c.name AS title, c.grade_level, p.* FROM places l JOIN pupils p USING (school, year, pupil)
           JOIN classes c USING (school, year, class)
           WHERE (l.school, l.year) = (?, ?) AND l.event <> 'CANCEL' AND c.kind = 'NHOM' ORDER BY l.class, p.pupil""",
        school,
        year,
    )
    heads = ("STT", "Mã nhóm", "Tên nhóm", "Khối", "Mã học sinh", "Họ và tên", "Ngày sinh")
    listed = [
        (n, row["class"], row["title"], row["grade_level"], row["pupil"], row["name"], birth(row["birth"]))
        for n, row in enumerate(rows, start=1)
    ]
    return list_workbook(heads, listed, title="DANH SÁCH HỌC SINH THEO NHÓM MÔN LỰA CHỌN")


def _staff(desk: Desk, school: str, year: int) -> bytes:
    rows = _rows(
        desk,
        """SELECT t.teacher, t.name, min(a.subject) AS subject FROM teachers t JOIN assignments a
           USING (school, teacher) WHERE (a.school, a.year) = (?, ?) GROUP BY 1, 2 ORDER BY 1""",
        school,
        year,
    )
    subjects = table("subjects")
    heads = ("STT", "Mã giáo viên", "Họ tên", "Email", "Trạng thái CB", "Vị trí việc làm", "Nhóm chức vụ", "Môn dạy")
    listed = [
        (n, row["teacher"], row["name"], "", "Đang làm việc", "Giáo viên", "Giáo viên",
         subjects[row["subject"]]["vi"] if row["subject"] else "")
        for n, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return list_workbook(heads, listed, title="DANH SÁCH CÁN BỘ, GIÁO VIÊN")


def _assignments(desk: Desk, school: str, year: int) -> bytes:
    rows = _rows(
        desk,
        """SELECT a.teacher, t.name, a.subject, a.class, a.term FROM assignments a JOIN teachers t
           USING (school, teacher) WHERE (a.school, a.year) = (?, ?) AND a.event <> 'CANCEL' ORDER BY 4, 3, 5""",
        school,
        year,
    )
    subjects = table("subjects")
    heads = ("STT", "Mã giáo viên", "Giáo viên", "Môn", "Lớp", "Học kỳ")
    listed = [
        (n, row["teacher"], row["name"], subjects[row["subject"]]["vi"], row["class"], row["term"])
        for n, row in enumerate(rows, start=1)
    ]
    return list_workbook(heads, listed, title="PHÂN CÔNG GIẢNG DẠY")
