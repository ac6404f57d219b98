"""The library's pages: bring, decide, find, give out; for teacher, department head and principal."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from bridge.domain.actors import Grant
from tests.packager.build.lessons import PROSE
from tests.packager.check.packages import BASES, write_zip
from tests.sync.harness import SCHOOL, YEAR
from tests.web.classroom import open_room
from tests.web.fakes import launch
from tests.web.test_play import done, learn
from tests.web.world import URL, Browser, Pages

PEOPLE = {"HT": Grant("HT", "principal"), "TT1": Grant("TT1", "department_head", ("TOAN",))}


@pytest.fixture
def staff(pages: Pages) -> Pages:
    for grant in PEOPLE.values():
        pages.school.store.grants.grant(SCHOOL, grant, by="x", now=pages.school.clock())
    return pages


def comes(pages: Pages, who: str) -> Browser:
    browser = pages.browser()
    browser.launch(launch(user=who, idnumber=who))
    return browser


def bring(browser: Browser, path: Path, to: str = "library/new", **fields: str):
    files = {"files": (BytesIO(path.read_bytes()), path.name)}
    form = {"csrf": browser.csrf, "subject": "TOAN", **fields, **files}
    return browser.post(browser.here(to), form, content_type="multipart/form-data")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "bai.zip", BASES["scorm12"])


def material_of(browser: Browser) -> str:
    return browser.at.rstrip("/").rpartition("/")[2]


def test_from_upload_into_use_by_three_people(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    assert bring(teacher, package, title="Phân số bằng nhau").status_code == 200
    material = material_of(teacher)
    assert "Phân số bằng nhau" in teacher.text and "Bản nháp" in teacher.text
    steps = [("GV1", "SUBMIT"), ("TT1", "REVIEW"), ("HT", "APPROVE"), ("HT", "PUBLISH")]
    for seen, (who, step) in zip(("DRAFT", "SUBMITTED", "REVIEWED", "APPROVED"), steps, strict=True):
        browser = comes(staff, who)
        reply = browser.send(browser.here(f"library/{material}/1/step"), seen=seen, step=step)
        assert reply.status_code == 200, browser.text
    assert "Đang dùng" in browser.text


def test_a_step_of_another_is_refused_whatever_the_page_showed(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, package)
    material = material_of(teacher)
    teacher.send(teacher.here(f"library/{material}/1/step"), seen="DRAFT", step="SUBMIT")
    assert teacher.send(teacher.here(f"library/{material}/1/step"), seen="SUBMITTED", step="REVIEW").status_code == 403
    assert teacher.send(teacher.here(f"library/{material}/1/step"), seen="X", step="REVIEW").status_code == 422


def test_raw_files_that_cannot_be_packed_say_why_beside_the_form(staff: Pages, tmp_path: Path):
    (tmp_path / "bài.md").write_text(PROSE, "utf-8")  # names a picture that was not brought along
    teacher = comes(staff, "GV1")
    assert bring(teacher, tmp_path / "bài.md").status_code == 422
    assert "không thấy tệp" in teacher.text and 'name="files"' in teacher.text


def test_problems_stand_with_their_cures_in_the_readers_language(staff: Pages, tmp_path: Path):
    bad = {**BASES["scorm12"], "imsmanifest.xml": BASES["scorm12"]["imsmanifest.xml"].replace(">50<", ">500<")}
    teacher = comes(staff, "GV1")
    bring(teacher, write_zip(tmp_path / "bad.zip", bad))
    assert "Cách sửa:" in teacher.text and "Gửi tổ chuyên môn" not in teacher.text
    teacher.get(f"{teacher.at}?lang=en")
    assert "Cure:" in teacher.text


def test_it_is_found_without_diacritics_and_downloaded_as_it_came(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, package, title="Phân số bằng nhau", grade_level="6")
    material = material_of(teacher)
    teacher.get(teacher.here("library/?q=phan so bang&grade_level=6"))
    assert "Phân số bằng nhau" in teacher.text
    teacher.get(teacher.here("library/?q=phan so&grade_level=7"))
    assert "Phân số bằng nhau" not in teacher.text
    reply = teacher.client.get(teacher.here(f"library/{material}/1/file"), base_url=URL)
    assert reply.data == package.read_bytes()
    assert "filename=bai.zip" in reply.headers["Content-Disposition"].replace('"', "")
    reply.close()


def test_a_larger_upload_than_the_school_takes_is_refused(staff: Pages, tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(b"x" * (9 << 20))
    teacher = comes(staff, "GV1")
    assert bring(teacher, tmp_path / "a.pdf").status_code == 413


def test_without_the_seal_nothing_is_brought(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    assert bring(teacher, package, csrf="wrong").status_code == 403


@pytest.mark.parametrize("who", ["HS11", ""])
def test_pupils_and_strangers_see_no_library(staff: Pages, who: str):
    browser = staff.browser()
    browser.launch(launch(user="11", idnumber=who, teaching=False))
    for path in ("library/", "library/new", "library/m/"):
        assert browser.get(browser.here(path)).status_code == 403


def test_a_subject_that_is_not_taught_here_by_them_is_refused(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    assert bring(teacher, package, subject="NGUVAN").status_code == 403
    assert bring(teacher, package, subject="").status_code == 422


def test_a_description_cannot_move_a_material_to_a_strange_shelf(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, package)
    about = teacher.here(f"library/{material_of(teacher)}/about")
    assert teacher.send(about, title="Tên mới", subject="TOAN", grade_level="8").status_code == 200
    assert "Tên mới" in teacher.text
    assert teacher.send(about, title="Tên mới", subject="NGUVAN").status_code == 403


def test_markup_in_names_and_findings_is_text(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, package, title="<script>alert(1)</script>", topic="<b>x</b>")
    assert "<script>alert" not in teacher.text and "&lt;script&gt;" in teacher.text


def test_what_waits_for_somebody_stands_first_and_for_nobody_else(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, package, title="Phân số bằng nhau")
    material = material_of(teacher)
    teacher.send(teacher.here(f"library/{material}/1/step"), seen="DRAFT", step="SUBMIT")
    assert ("Đang chờ bạn" in shelves(staff, "TT1"), "Đang chờ bạn" in shelves(staff, "GV1")) == (True, False)
    head = comes(staff, "TT1")
    head.send(head.here(f"library/{material}/1/step"), seen="SUBMITTED", step="RETURN", comment="thiếu đáp án")
    assert ("Đang chờ bạn" in shelves(staff, "TT1"), "Đang chờ bạn" in shelves(staff, "GV1")) == (False, True)


def shelves(pages: Pages, who: str) -> str:
    browser = comes(pages, who)
    browser.get(browser.here("library/"))
    return browser.text


def test_mending_is_offered_where_something_can_be_mended(staff: Pages, tmp_path: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, write_zip(tmp_path / "la.zip", {"readme.txt": "x"}))
    assert "Kết quả kiểm tra gói" in teacher.text and "/mend" not in teacher.text
    bring(teacher, write_zip(tmp_path / "sau.zip", {f"goi/{name}": text for name, text in BASES["scorm12"].items()}))
    assert "/mend" in teacher.text


def test_a_requirement_leads_to_all_that_is_for_it(staff: Pages, package: Path):
    teacher = comes(staff, "GV1")
    bring(teacher, package, title="Một", requirements="020108.0202d3")
    found = re.search(r'href="([^"]+requirement=020108.0202d3)"', teacher.text)
    bring(teacher, package, title="Hai")
    assert found is not None
    teacher.get(found[1])
    assert ">Một</a>" in teacher.text and ">Hai</a>" not in teacher.text


def test_people_are_named_by_name(staff: Pages, package: Path):
    name_teachers(staff)
    teacher = comes(staff, "GV1")
    bring(teacher, package)
    assert "<dd>Cô GV1 ·" in teacher.text and "· Cô GV1</li>" in teacher.text


def name_teachers(staff: Pages) -> None:
    rosters = staff.school.store.rosters
    rows = [replace(row, name=f"Cô {row.teacher}") for row in rosters.assignments(SCHOOL, YEAR)]
    rosters.save_assignments(SCHOOL, YEAR, rows)


def test_who_uses_it_where_stands_on_the_page_of_a_material(staff: Pages, tmp_path: Path):
    name_teachers(staff)
    open_room(staff, tmp_path)
    page = f"library/{staff.material.id}/"
    head = comes(staff, "TT1")
    head.get(head.here(page))
    assert "Chưa có khoá học nào mở" in head.text
    done(learn(staff, "HS11"))
    learn(staff, "HS12").sit()
    head.get(head.here(page))
    assert "10A1 · Toán" in head.text and "Luyện tập" in head.text
    assert "2 học sinh đã mở, 1 đã học xong" in head.text
    assert "Cô GV1 · 2 học sinh" in head.text
