"""Class lists, roles and stand-ins for teachers, policies: what a school's admin looks after."""

import pytest

from tests.cli.world import PRINCIPAL, School, StandIns, grant_first


def test_a_pull_tells_what_came_and_what_has_changed(remotes: StandIns, bare: School) -> None:
    remotes.configure(bare)
    bare.run("migrate")
    grant_first(bare)
    first = bare.json("roster", "pull")
    assert set(first) == {"classes", "pupils", "joined", "left", "moved", "assignments", "held", "doubled"}
    assert (first["classes"], first["held"], first["doubled"]) == (5, [], [])
    again = bare.json("roster", "pull")
    assert (again["joined"], again["left"], again["moved"]) == (0, 0, 0)
    assert "Đã lấy 5 lớp" in bare.run("roster", "pull").said


def test_a_pull_repeats_after_a_class_list_has_shrunk_and_keeps_the_old_one(school: School) -> None:
    school.city_faults({"kind": "shrink", "school_class": "10A2", "keep": 1, "times": None})
    told = school.run("--json", "roster", "pull")
    assert (told.code, told.data["left"]) == (3, 0)
    (held,) = told.data["held"]
    assert (held["class"], held["now"]) == ("10A2", 1)
    assert "10A2 hụt bất thường" in school.run("roster", "pull").said
    trusted = school.run("--json", "roster", "pull", "--believe", "10A2")
    assert (trusted.code, trusted.data["held"], trusted.data["left"] > 0) == (0, [], True)
    assert school.run("roster", "pull", "--believe", "10A9").code == 5


def test_only_an_admin_pulls_and_sets_policies(shared: School) -> None:
    teacher = shared.teacher("10A1", "TOAN")
    for words in (("roster", "pull"), ("policy", "set", "TX1", "auto"), ("roles", "grant", teacher, "admin")):
        refused = shared.run(*words, actor=teacher)
        assert (refused.code, refused.out) == (5, "")
        assert "quản trị viên" in refused.said


def test_policies_are_shown_and_set(school: School) -> None:
    before = school.json("policy")["policies"]
    assert (before["TX1"], before["CK"]) == ("confirm", "off")
    assert school.json("policy", "set", "CK", "release")["policies"] == {**before, "CK": "release"}


def test_roles_are_granted_and_revoked(school: School) -> None:
    assert school.run("status", actor=PRINCIPAL).code == 5
    assert school.run("roles", "grant", PRINCIPAL, "principal", "--until", "2099-12-31").code == 0
    assert school.run("status", actor=PRINCIPAL).code == 0
    assert "HT01 hiệu trưởng" in school.run("roles", "list").said
    assert school.run("roles", "revoke", PRINCIPAL, "principal").code == 0
    assert school.run("status", actor=PRINCIPAL).code == 5
    assert school.run("roles", "revoke", PRINCIPAL, "principal").code == 5


def test_a_role_holds_on_its_days_only(school: School) -> None:
    school.run("roles", "grant", PRINCIPAL, "principal", "--until", "01/02/2020")
    refused = school.run("status", actor=PRINCIPAL)
    assert (refused.code, "01/02/2020" in refused.said) == (5, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grant", "GV1", "department_head"), "--subject"),
        (("delegate", "GV1", "10A1", "TOAN", "HK1", "--since", "2026-11-02", "--until", "2026-11-01"), "2026-11-01"),
        (("delegate", "GV1", "10A9", "TOAN", "HK1", "--since", "2026-11-01", "--until", "2026-11-02"), "10A9"),
        (("delegate", "GV1", "10A1", "TOANN", "HK1", "--since", "2026-11-01", "--until", "2026-11-02"), "TOANN"),
        (("grant", "GV1", "department_head", "--subject", "TOANN"), "TOANN"),
    ],
)
def test_a_grant_that_means_nothing_is_refused(shared: School, words: tuple[str, ...], said: str) -> None:
    refused = shared.run("roles", *words)
    assert (refused.code, said in refused.said) == (5, True)


def test_a_stand_in_may_confirm_on_the_days_given(school: School) -> None:
    stranger = school.stranger("10A1", "TOAN")
    unit = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1")
    school.run("sync", "plan", *unit)
    assert school.run("sync", "confirm", actor=stranger).code == 5
    days = ("--since", "2020-01-01", "--until", "2099-01-01")
    assert school.run("roles", "delegate", stranger, "10A1", "TOAN", "HK1", *days).code == 0
    assert school.json("sync", "confirm", actor=stranger)["cells"] > 0
    assert school.json("roles", "list")["delegations"][0]["actor"] == stranger
