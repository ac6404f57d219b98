"""Course numbers are a platform's own: which registrations are of the mapped one."""

import pytest

from bridge.people.mapped import mapped_registrations
from tests.web.fakes import registration

LMS = "https://moodle.truong.example/hoc"


@pytest.mark.parametrize(
    ("issuers", "mapped"),
    [
        ([], set()),
        ([LMS], {"r0"}),
        ([f"{LMS}/", "https://MOODLE.truong.example/hoc", "http://moodle.truong.example/hoc"], {"r0", "r1", "r2"}),
        ([LMS, "https://khac.example"], {"r0"}),
        ([f"{LMS}/2"], {"r0"}),  # the only one: the same by another name
        (["https://ngoai.example", "https://ngoai.example"], {"r0", "r1"}),  # two tools at the only one
        (["https://ngoai.example", "https://khac.example"], set()),  # which one it is nobody knows
        ([LMS, f"{LMS}/2"], {"r0"}),
    ],
)
def test_a_platform_is_the_mapped_one_by_its_address_or_because_there_is_no_other(issuers: list[str], mapped: set[str]):
    rows = [registration(id=f"r{number}", issuer=issuer) for number, issuer in enumerate(issuers)]
    assert mapped_registrations(rows, LMS) == mapped
