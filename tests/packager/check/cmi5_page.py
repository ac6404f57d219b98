"""docs/cmi5-requirements.md: `python -m tests.packager.check.cmi5_page > docs/cmi5-requirements.md`."""

import sys

from content_packager.checks.cmi5 import REQUIREMENTS
from tests.packager.check.test_cmi5 import CASES, ELSEWHERE

_TEST = "test_a_broken_requirement_is_one_problem_at_its_place"
_HEAD = f"""# What cmi5 asks of a course structure

Every requirement of the specification (Quartz, 1st edition: §8.1, §13, §14 and CourseStructure.xsd), the code by which
`content-packager check` names a breach, and the test that breaks exactly this requirement. The tests stand in
`tests/packager/check/test_cmi5.py`; where a number is given, it is the case of `{_TEST}`.
That none of the official list (npm's `@cmi5/requirements`) is forgotten holds `test_cmi5_official.py`.

This page is printed: `python -m tests.packager.check.cmi5_page > docs/cmi5-requirements.md`.

| section | a course structure must hold that | codes | test |
|---|---|---|---|
"""


def as_markdown() -> str:
    return _HEAD + "".join(_row(name) for name in REQUIREMENTS)


def _row(name: str) -> str:
    wanted = REQUIREMENTS[name]
    codes = ", ".join(f"`{code}`" for code in wanted.codes)
    cases = [f"[{name}-{number}]" for number, row in enumerate(CASES, 1) if row[0] == name]
    test = " ".join(f"`{case}`" for case in cases) or f"`{ELSEWHERE[name]}`"
    return f"| {wanted.section} | {wanted.asks} | {codes} | {test} |\n"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
