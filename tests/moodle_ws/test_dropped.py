"""Excluded by a person, or dropped by a rule: the same word in Moodle's answer."""

import pytest

from bridge.moodle_ws.dropped import Weighed, dropped_by_rule

# Values by pupil; a minus sign in front marks what Moodle calls dropped. Items are the positions.
Values = dict[int, list[str]]
LOWEST_OF_EACH = {1: ["-0.3", "0.5", "0.8"], 2: ["0.9", "-0.2", "0.6"], 3: ["0.7", "0.8", "-0.1"]}

CASES = [
    ("drop the lowest", LOWEST_OF_EACH, {(1, 0), (2, 1), (3, 2)}),
    ("and a pupil with one value", LOWEST_OF_EACH | {4: ["-0.9"]}, {(1, 0), (2, 1), (3, 2), (4, 0)}),
    ("and one more, by hand", LOWEST_OF_EACH | {4: ["-0.1", "-0.2", "0.9"]}, {(1, 0), (2, 1), (3, 2)}),
    ("and one that is not the lowest", LOWEST_OF_EACH | {4: ["-0.9", "0.2", "0.3"]}, {(1, 0), (2, 1), (3, 2)}),
    ("a tie hides the drop", LOWEST_OF_EACH | {4: ["0.5", "0.5"]}, {(1, 0), (2, 1), (3, 2)}),
    ("single pupils", {1: ["-0.3", "0.5"], 2: ["0.9", "0.2"], 3: ["0.7", "0.8"]}, set()),
    ("too few to tell", {1: ["-0.3", "0.5"], 2: ["0.9", "-0.2"]}, set()),
    ("a whole column by hand", {1: ["-0.1", "0.5"], 2: ["-0.2", "0.4"], 3: ["-0.3", "0.4"]}, set()),
]


@pytest.mark.parametrize(("name", "values", "ruled"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_is_believed_only_where_the_whole_category_shows_it(
    name: str, values: Values, ruled: set[tuple[int, int]]
) -> None:
    category = {
        user: [Weighed(item, abs(float(text)), text.startswith("-")) for item, text in enumerate(texts)]
        for user, texts in values.items()
    }
    assert dropped_by_rule([category]) == ruled
