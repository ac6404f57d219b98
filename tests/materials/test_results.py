"""Which result counts, and its way into the outbox."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.attempts import AttemptState
from bridge.domain.materials import ScorePolicy
from bridge.materials import passes, playing, results
from bridge.materials.changes import Commit
from bridge.materials.passes import Player
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.passback import Place, Wanted
from bridge.ports.playing import Attempt, Link, Terms
from tests.materials.world import World, open_world
from tests.store.world import SCHOOL

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
GRADED = Terms(graded=True)


def attempt(score: object = None, *, state: AttemptState = AttemptState.CLOSED, number: int = 1) -> Attempt:
    value = None if score is None else Decimal(str(score))
    return Attempt("a", "l", "11", number, 1, state, 1, 1, AT, AT, AT, score=value)


@pytest.mark.parametrize(
    ("policy", "scores", "counts"),
    [
        (ScorePolicy.HIGHEST, [40, 90, 60], 90),
        (ScorePolicy.LATEST, [40, 90, 60], 60),
        (ScorePolicy.FIRST, [40, 90, 60], 40),
        (ScorePolicy.AVERAGE, [40, 90, 60], Decimal("63.3333")),
        (ScorePolicy.HIGHEST, [0], 0),
        (ScorePolicy.AVERAGE, [None, 50], 50),
        (ScorePolicy.FIRST, [None], None),
        (ScorePolicy.LATEST, [], None),
    ],
)
def test_which_attempt_counts_is_the_links(policy: ScorePolicy, scores: list[object], counts: object):
    rows = [attempt(score, number=number) for number, score in enumerate(scores, 1)]
    assert results.counted(replace(GRADED, policy=policy), rows) == counts


def test_an_attempt_that_is_not_finished_counts_nothing():
    assert results.counted(GRADED, [attempt(90, state=AttemptState.OPEN)]) is None


def test_completion_alone_is_never_a_mark_unless_somebody_chose_so():
    assert results.counted(GRADED, [attempt()]) is None
    assert results.counted(replace(GRADED, by_completion=True), [attempt()]) == 100
    assert results.counted(replace(GRADED, by_completion=True), [attempt(30)]) == 30


def test_a_link_without_marks_or_column_has_no_place():
    link = Link("l", "r1", "12", "x", "m1", "", GRADED, "https://m/items/7", AT)
    assert results.place_of(link, "11") == Place("r1", "https://m/items/7", "11")
    assert results.place_of(replace(link, line_item=""), "11") is None
    assert results.place_of(replace(link, terms=Terms()), "11") is None


def test_the_difference_of_other_terms_is_told_for_those_whom_it_touches():
    learners = {"11": [attempt(40), attempt(90)], "12": [attempt(70)]}
    assert results.difference(GRADED, replace(GRADED, policy=ScorePolicy.FIRST), learners) == {"11": (90, 40)}


class Killed(BaseException):
    """As a kill -9 between two transactions."""


@dataclass
class Room:
    """A link with a column, a learner, and what was wanted in the gradebook."""

    world: World
    link: Link
    player: Player = field(init=False)
    wanted: list[tuple[Place, Wanted]] = field(default_factory=list)
    killed: bool = False

    def __post_init__(self) -> None:
        seal = lambda text: self.world.store.vault.lookup(SCHOOL, "content", text)  # noqa: E731
        store = self.world.store
        nothing_said = lambda _: ()  # noqa: E731
        self.player = Player(
            self.world.library, store.attempts, seal, self._hand_on, str, store.discounts, nothing_said
        )

    def _hand_on(self, place: Place, wanted: Wanted) -> None:
        if self.killed:
            raise Killed
        self.wanted.append((place, wanted))

    def learn(self, *, final: bool = True, **elements: str) -> Attempt:
        """One attempt of the learner, committed."""
        material = self.world.find(self.link.material)
        found = playing.attempt_of(self.player, self.link, material, "11")
        package = material.versions[0].package
        token = passes.read(self.player, passes.issue(self.player, package, found), host=passes.host_of(package))
        sitting = playing.sit(self.player, token).sitting
        named = {name.replace("__", "."): value for name, value in elements.items()}
        after = playing.commit(self.player, token, Commit(sitting, 1, named, final))
        assert after is not None
        return after

    def values(self) -> list[Decimal]:
        return [wanted.value for _, wanted in self.wanted]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    for world in open_world(tmp_path):
        material = world.published()
        link = Link("l1", "r1", "12", "x1", material.id, "Bài", GRADED, "https://m/items/7", world.clock())
        yield Room(world, world.store.attempts.ensure_link(SCHOOL, link))


DONE = {"cmi__core__lesson_status": "completed"}


def test_a_finished_attempt_is_wanted_in_the_column_a_zero_too(room: Room):
    room.learn(cmi__core__score__raw="0", **DONE)
    ((place, wanted),) = room.wanted
    assert (place.line_item, place.user) == ("https://m/items/7", "11")
    assert (wanted.value, wanted.maximum, wanted.source) == (0, 100, "l1")
    assert wanted.progress is ActivityProgress.SUBMITTED


def test_an_unfinished_attempt_and_one_without_a_score_send_nothing(room: Room):
    room.learn(cmi__core__score__raw="70", cmi__core__lesson_status="incomplete")
    room.learn(**DONE)  # the same attempt: it has its score already
    assert room.values() == [70]
    room.learn(**DONE)
    assert room.values() == [70, 70]  # nothing was reached in the second: the first still counts


def test_a_commit_that_changes_no_result_hands_nothing_on(room: Room):
    room.learn(final=False, cmi__core__score__raw="70", **DONE)
    found = room.world.store.attempts.unreported(SCHOOL, limit=9)
    assert (room.values(), found) == ([70], [])
    room.learn(cmi__suspend_data="more")
    assert room.values() == [70]


def test_what_a_kill_left_between_commit_and_wish_is_caught_up_once(room: Room):
    room.killed = True
    with pytest.raises(Killed):
        room.learn(cmi__core__score__raw="80", **DONE)
    room.killed = False
    assert (results.catch_up(room.player), room.values()) == (1, [80])
    assert results.catch_up(room.player) == 0


def test_with_the_last_attempt_used_up_the_score_is_completed(room: Room):
    terms = replace(GRADED, attempts=1)
    room.world.store.attempts.set_terms(SCHOOL, "l1", terms, actor="GV1", now=room.world.clock())
    room.learn(cmi__core__score__raw="80", **DONE)
    assert room.wanted[0][1].progress is ActivityProgress.COMPLETED


def test_other_terms_are_applied_to_what_was_done_before(room: Room):
    for raw in ("40", "90"):
        room.learn(cmi__core__score__raw=raw, **DONE)
    assert room.values() == [40, 90]
    terms = replace(GRADED, policy=ScorePolicy.AVERAGE)
    room.world.store.attempts.set_terms(SCHOOL, "l1", terms, actor="GV1", now=room.world.clock())
    assert (results.catch_up(room.player), room.values()[-1]) == (1, 65)


def test_a_column_that_comes_later_gets_what_was_reached_before(room: Room):
    bare = replace(room.link, id="l2", resource_link="x2", line_item="")
    room.link = room.world.store.attempts.ensure_link(SCHOOL, bare)
    room.learn(cmi__core__score__raw="80", **DONE)
    assert room.values() == []
    room.world.store.attempts.ensure_link(SCHOOL, replace(bare, line_item="https://m/items/9"))
    assert (results.catch_up(room.player), room.values()) == (1, [80])
    assert room.wanted[0][0].line_item == "https://m/items/9"
