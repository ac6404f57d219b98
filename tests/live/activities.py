"""SCORM activities in a running Moodle: a course of our own, a package uploaded by its form, a pupil who plays.

Everything made is deleted afterwards. The people are made up, and so are their passwords.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Page, Playwright

from tests.live.raw import Site

LAST_WORDS = 2_000  # milliseconds for beacons on a busy machine
STUDENT, EDITING_TEACHER = 5, 3  # the role ids of a fresh Moodle


@dataclass(frozen=True, repr=False)
class Person:
    name: str
    password: str


@dataclass(frozen=True, repr=False)
class Classroom:
    """A course with one pupil and one teacher of it, and who may put activities into it."""

    site: Site
    url: str
    course: int
    pupil: int
    pupil_login: Person
    teacher_login: Person
    teacher: Person

    @property
    def pupil_code(self) -> str:
        return self.pupil_login.name

    @property
    def teacher_code(self) -> str:
        return self.teacher_login.name

    def grade(self, activity: str) -> dict[str, Any]:
        """The gradebook's cell of the pupil."""
        answer = self.site.ask("gradereport_user_get_grade_items", courseid=self.course, userid=self.pupil)
        [cell] = [item for item in answer["usergrades"][0]["gradeitems"] if item["itemname"] == activity]
        return cell

    def duplicate(self, activity: str) -> None:
        """As the teacher's menu beside an activity does it."""
        sections = self.site.ask("core_course_get_contents", courseid=self.course)
        [number] = [one["id"] for section in sections for one in section["modules"] if one["name"] == activity]
        self.site.ask("core_courseformat_update_course", action="cm_duplicate", courseid=self.course,
                      **{"ids[0]": number})  # fmt: skip

    def leave_and_come_back(self) -> None:
        who = {"userid": self.pupil, "courseid": self.course}
        self.site.ask("enrol_manual_unenrol_users", **_row("enrolments", who))
        self.site.ask("enrol_manual_enrol_users", **_row("enrolments", {**who, "roleid": STUDENT}))

    def heard(self, activity: str) -> dict[str, str]:
        """Everything that the activity keeps of the pupil's first attempt: element of the data model → value."""
        found = self.site.ask("mod_scorm_get_scorms_by_courses", **{"courseids[0]": self.course})["scorms"]
        [scorm] = [one["id"] for one in found if one["name"] == activity]
        parts = self.site.ask("mod_scorm_get_scorm_scoes", scormid=scorm)["scoes"]
        [part] = [one["id"] for one in parts if one["scormtype"] == "sco"]
        tracks = self.site.ask("mod_scorm_get_scorm_sco_tracks", scoid=part, userid=self.pupil, attempt=1)
        return {one["element"]: one["value"] for one in tracks["data"]["tracks"]}


@contextmanager
def classroom(url: str, token: str, teacher: Person) -> Iterator[Classroom]:
    site, mark = Site(url, token), secrets.token_hex(4)
    login, leads = (Person(f"{name}-{mark}", f"Aa1.{secrets.token_urlsafe(12)}") for name in ("hoc-lieu", "giao-vien"))
    [course] = site.ask("core_course_create_courses", **_row("courses", {
        "fullname": f"Học liệu {mark}", "shortname": f"hoc-lieu-{mark}", "categoryid": 1}))  # fmt: skip
    try:
        with (
            enrolled(site, login, course["id"], STUDENT) as pupil,
            enrolled(site, leads, course["id"], EDITING_TEACHER),
        ):
            yield Classroom(site, url.rstrip("/"), course["id"], pupil, login, leads, teacher)
    finally:
        site.ask("core_course_delete_courses", **{"courseids[0]": course["id"]})


@contextmanager
def enrolled(site: Site, person: Person, course: int, role: int) -> Iterator[int]:
    """A made-up account with the name for its ID number; its id."""
    [user] = site.ask("core_user_create_users", **_row("users", {
        "username": person.name, "password": person.password, "firstname": "An", "lastname": "Thử",
        "email": f"{person.name}@example.test", "idnumber": person.name}))  # fmt: skip
    try:
        site.ask("enrol_manual_enrol_users", **_row("enrolments", {
            "roleid": role, "userid": user["id"], "courseid": course}))  # fmt: skip
        yield user["id"]
    finally:
        site.ask("core_user_delete_users", **{"userids[0]": user["id"]})


def _row(name: str, values: dict[str, object]) -> dict[str, object]:
    return {f"{name}[0][{key}]": value for key, value in values.items()}


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "chromium is missing: apt-get install chromium"
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield browser
    browser.close()


@contextmanager
def signed_in(browser: Browser, url: str, person: Person) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield sign_in(context.new_page(), url, person)
    context.close()


def sign_in(page: Page, url: str, person: Person) -> Page:
    page.set_default_timeout(60_000)
    page.goto(f"{url}/login/index.php", wait_until="networkidle")  # its scripts draw the password field anew
    page.fill("#username", person.name)
    page.fill("#password", person.password)
    page.click("#loginbtn")
    page.wait_for_url("**/my/**")
    return page


def upload(page: Page, room: Classroom, package: Path, *, name: str) -> str:
    """A new SCORM activity by the form that teachers use; hands back its address."""
    page.goto(f"{room.url}/course/modedit.php?add=scorm&course={room.course}&section=0")
    page.fill("#id_name", name)
    page.locator(".fp-btn-add").first.click()
    page.locator(".fp-repo-name", has_text="Upload a file").click()
    page.locator("input[name=repo_upload_file]").set_input_files(package)
    page.wait_for_load_state("networkidle")  # the picker's scripts come one by one; before the last its button is deaf
    with page.expect_response(lambda answer: "action=upload" in answer.url):
        page.locator(".fp-upload-btn").click()
    page.locator(".filemanager .fp-filename", has_text=package.name).wait_for()
    page.click("#id_submitbutton")
    page.wait_for_url("**/mod/scorm/view.php**")
    return page.url


@contextmanager
def playing(browser: Browser, room: Classroom, activity: str) -> Iterator[FrameLocator]:
    """The lesson as the pupil has it; leaving closes the tab, not the browser: what it says last is still sent."""
    with signed_in(browser, room.url, room.pupil_login) as page:
        page.goto(activity)
        page.get_by_role("button", name="Enter").click()
        lesson = page.frame_locator("#scorm_object")
        lesson.locator("html[data-ready=true]").wait_for()
        yield lesson
        page.close()
        page.context.new_page().wait_for_timeout(LAST_WORDS)
