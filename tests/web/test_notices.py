"""The page of letters: everybody's own switch, and the addresses for whoever sets them."""

import pytest

from bridge.domain.actors import Role
from bridge.ports.notices import Recipient
from tests.sync.harness import SCHOOL
from tests.web.fakes import launch
from tests.web.test_school import granted
from tests.web.world import Browser, Pages


@pytest.fixture
def kept(pages: Pages) -> Pages:
    """The addresses of two teachers."""
    for code in ("GV1", "GV2"):
        pages.school.store.addresses.set_address(
            SCHOOL, code, f"{code.lower()}@truong.example", language="vi", by="QT01", now=pages.school.clock()
        )
    return pages


@pytest.fixture
def teacher(kept: Pages) -> Browser:
    browser = kept.browser()
    browser.launch(launch(idnumber="GV1"))
    return browser


def rows(pages: Pages) -> dict[str, Recipient]:
    return {row.person: row for row in pages.school.store.addresses.recipients(SCHOOL)}


def test_a_teacher_finds_the_own_switch_from_the_sheet(teacher: Browser):
    assert teacher.here("notices/") in teacher.text
    teacher.get(teacher.here("notices/"))
    assert "g…@truong.example" in teacher.text
    assert "đang nhận" in teacher.text


def test_letters_are_switched_off_and_on_again_for_oneself_alone(kept: Pages, teacher: Browser):
    teacher.send(teacher.here("notices/"))
    assert "đã tắt" in teacher.text
    assert {code: row.wanted for code, row in rows(kept).items()} == {"GV1": False, "GV2": True}
    teacher.send(teacher.here("notices/"), on="1", person="GV2")
    assert rows(kept)["GV1"].wanted


def test_nobody_else_s_address_is_shown_to_a_teacher(teacher: Browser):
    teacher.get(teacher.here("notices/"))
    assert "gv1@" not in teacher.text
    assert "GV2" not in teacher.text
    assert (
        teacher.send(teacher.here("notices/addresses"), person="GV3", address="a@b.vn", language="vi").status_code
        == 403
    )
    assert teacher.send(teacher.here("notices/addresses/drop"), person="GV2").status_code == 403


def test_who_has_no_address_is_told_whom_to_ask(pages: Pages, browser: Browser):
    browser.launch(launch(idnumber="GV1"))
    browser.get(browser.here("notices/"))
    assert "nhờ quản trị viên của trường" in browser.text
    assert browser.send(browser.here("notices/"), on="1").status_code == 404


@pytest.mark.parametrize("who", [{"idnumber": "HS11", "teaching": False}, {"idnumber": ""}])
def test_pupils_and_strangers_have_no_letters(kept: Pages, browser: Browser, who: dict[str, object]):
    browser.launch(launch(user="9", **who))
    assert browser.here("notices/") not in browser.text
    assert browser.get(browser.here("notices/")).status_code == 403
    assert browser.send(browser.here("notices/")).status_code == 403


def test_an_admin_keeps_and_forgets_addresses(pages: Pages):
    admin = granted(pages, "QT01", Role.ADMIN)
    admin.send(admin.here("notices/addresses"), person="GV7", address=" gv7@truong.example ", language="en")
    assert [(row.address, row.language) for row in rows(pages).values()] == [("gv7@truong.example", "en")]
    assert "gv7@truong.example" in admin.text
    admin.send(admin.here("notices/addresses/drop"), person="GV7")
    assert rows(pages) == {}


@pytest.mark.parametrize(("fields", "status"), [
    ({"address": "nobody"}, 422), ({"address": "a@b.vn,c@d.vn"}, 422), ({"address": "a@b.vn\nBcc: c@d.vn"}, 422),
    ({"person": ""}, 422), ({"language": "fr"}, 422),
])  # fmt: skip
def test_an_address_that_is_none_is_refused(pages: Pages, fields: dict[str, str], status: int):
    admin = granted(pages, "QT01", Role.ADMIN)
    given = {"person": "GV7", "address": "gv7@truong.example", "language": "vi", **fields}
    assert admin.send(admin.here("notices/addresses"), **given).status_code == status
    assert rows(pages) == {}


def test_a_new_address_does_not_switch_letters_on_again(kept: Pages, teacher: Browser):
    teacher.send(teacher.here("notices/"))
    admin = granted(kept, "QT01", Role.ADMIN)
    admin.send(admin.here("notices/addresses"), person="GV1", address="new@truong.example", language="vi")
    assert (rows(kept)["GV1"].address, rows(kept)["GV1"].wanted) == ("new@truong.example", False)
