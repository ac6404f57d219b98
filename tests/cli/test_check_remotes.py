"""`bridge check` over remotes that answer in part: what can be looked at is looked at, and nothing is said twice."""

from tests.cli.world import School


def codes(school: School) -> dict[str, list[str]]:
    return {part: [row["code"] for row in rows] for part, rows in school.json("check").items()}


def test_a_course_that_can_not_be_read_is_named_and_the_others_are_checked(school: School) -> None:
    course = school.stand_ins.courses["10A1 TOAN"]
    school.stand_ins.lms_faults(
        {"kind": "html_page", "functions": ["core_grades_get_gradable_users"], "after": 5, "times": 1}
    )
    said = codes(school)["idnumbers"]
    assert "REMOTE_FAILED" not in said
    assert said.count("COURSE_UNREAD") == 1, course


def test_a_site_in_maintenance_is_said_once(school: School) -> None:
    school.stand_ins.lms_faults({"kind": "maintenance"})
    assert school.run("--lang", "en", "check").said.count("maintenance mode") == 1
