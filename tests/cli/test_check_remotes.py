"""`bridge check` over remotes that answer in part: what can be looked at is looked at, and nothing is said twice."""

from tests.cli.world import School

REGRADING = {"exception": "core\\exception\\moodle_exception", "errorcode": "gradesneedregrading", "message": "x"}


def test_a_course_that_can_not_be_read_is_named_and_the_others_are_checked(school: School) -> None:
    course = school.stand_ins.courses["10A1 TOAN"]
    school.stand_ins.lms_faults(
        {"kind": "error", "function": "core_grades_get_gradable_users", "course": course, "body": REGRADING}
    )
    unread = [row for row in school.json("check")["idnumbers"] if row["code"] in ("COURSE_UNREAD", "REMOTE_FAILED")]
    assert [(row["code"], row["serious"], row["facts"]["course"]) for row in unread] == [
        ("COURSE_UNREAD", False, str(course))
    ]


def test_a_site_in_maintenance_is_said_once(school: School) -> None:
    school.stand_ins.lms_faults({"kind": "sitemaintenance"})
    assert school.run("--lang", "en", "check").said.count("Moodle is in maintenance mode") == 1
