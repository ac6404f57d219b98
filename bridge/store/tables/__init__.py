"""All tables, one module a noun. Importing this fills `metadata`."""

from bridge.store.tables import (
    accounts,
    audit,
    byhand,
    jobs,
    launches,
    looks,
    mappings,
    marks,
    materials,
    notices,
    people,
    plans,
    rosters,
    statements,
    submissions,
    tallies,
    work,
)
from bridge.store.tables.base import metadata

__all__ = [
    "accounts",
    "audit",
    "byhand",
    "jobs",
    "launches",
    "looks",
    "mappings",
    "marks",
    "materials",
    "metadata",
    "notices",
    "people",
    "plans",
    "rosters",
    "statements",
    "submissions",
    "tallies",
    "work",
]
