"""Whatever is stored in whichever order: a query finds what reading every statement finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.ports.statements import STEPS, Filed, Query, Term, TermKind
from bridge.store.facade import Store
from bridge.store.statements import StatementTable

IDS = tuple("abcdefghijklmnopqrstuvwxyz")
VERBS, REGISTRATIONS = ("answered", "passed"), ("", "r1", "r2")
TERMS = tuple(Term(kind, value, False) for kind in TermKind for value in ("1", "2"))

terms = st.lists(st.tuples(st.sampled_from(TERMS), st.booleans()), max_size=3, unique_by=lambda one: one[0]).map(
    lambda some: tuple(term._replace(related=related) for term, related in some)
)
statement = st.builds(
    lambda id, verb, registration, terms, target, voids: Filed(
        id, id, verb, registration, terms, target, target if voids else "", id.__eq__
    ),
    st.sampled_from(IDS),
    st.sampled_from(VERBS),
    st.sampled_from(REGISTRATIONS),
    terms,
    st.one_of(st.just(""), st.just(""), st.sampled_from(IDS)),
    st.booleans(),
)
batches = st.lists(st.lists(statement, min_size=1, max_size=6, unique_by=lambda one: one.id), min_size=4, max_size=12)
query = st.builds(
    Query,
    verb=st.sampled_from(("", *VERBS)),
    registration=st.sampled_from(REGISTRATIONS),
    terms=terms.map(lambda some: some[:2]),
    ascending=st.booleans(),
    limit=st.integers(1, 8),
)


@dataclass(slots=True)
class Model:
    """Statements in the order in which they came; what each shows is read from it anew."""

    kept: dict[str, Filed] = field(default_factory=dict)

    def find(self, query: Query) -> list[str]:
        found = [id for id, one in self.kept.items() if not self._voided(one) and self._met(one, query)]
        return (found if query.ascending else found[::-1])[: query.limit]

    def _voided(self, one: Filed) -> bool:
        return not one.voids and any(other.voids == one.id for other in self.kept.values())

    def _met(self, one: Filed, query: Query) -> bool:
        return any(_shows(face, query) for face in (one, *self._about(one)))

    def _about(self, one: Filed) -> Iterator[Filed]:
        seen, step = {one.id}, self.kept.get(one.target)
        while step is not None and step.id not in seen and len(seen) <= STEPS:
            yield step
            seen.add(step.id)
            step = self.kept.get(step.target)


def _shows(face: Filed, query: Query) -> bool:
    direct = {(term.kind, term.value) for term in face.terms if not term.related}
    every = {(term.kind, term.value) for term in face.terms}
    return (
        query.verb in ("", face.verb)
        and query.registration in ("", face.registration)
        and all((term.kind, term.value) in (every if term.related else direct) for term in query.terms)
    )


schools = (f"{number:08d}" for number in count(1))  # one for each example, all in one database


def stored(table: StatementTable, school: str, batches: Sequence[Sequence[Filed]], *, shared: bool) -> Model:
    """`shared`: with another school, whose statements come in between."""
    model = Model()
    for batch in batches:
        fresh = [one for one in batch if one.id not in model.kept]
        assert table.record(school, fresh) == []
        if shared:
            table.record(f"{school}x", [one._replace(id=f"{one.id}{len(model.kept)}") for one in fresh])
        model.kept.update({one.id: one for one in fresh})
    return model


@pytest.mark.parametrize("behind", [1, 3, 1000])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches, queries=st.lists(query, min_size=1, max_size=6), shared=st.booleans())
def test_a_search_finds_what_reading_everything_finds(
    store: Store, behind: int, batches: Sequence[Sequence[Filed]], queries: Sequence[Query], shared: bool
) -> None:
    table, school = StatementTable(store.database, behind=behind), next(schools)
    model = stored(table, school, batches, shared=shared)
    for asked in queries:
        assert [kept.id for kept in table.find(school, asked)] == model.find(asked)


@pytest.mark.parametrize("behind", [1, 3, 1000])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches, query=query, shared=st.booleans())
def test_pages_go_on_where_the_last_one_ended(
    store: Store, behind: int, batches: Sequence[Sequence[Filed]], query: Query, shared: bool
) -> None:
    table, school = StatementTable(store.database, behind=behind), next(schools)
    model = stored(table, school, batches, shared=shared)
    found: list[str] = []
    after = None
    while page := table.find(school, replace(query, limit=2, after=after)):
        found += [kept.id for kept in page]
        after = page[-1].seq
    assert found == model.find(replace(query, limit=100))
