"""All tables, one module a noun. Importing this fills `metadata`."""

from bridge.store.tables import audit, jobs, mappings, marks, notices, people, plans, rosters, submissions, work
from bridge.store.tables.base import metadata

__all__ = [
    "audit",
    "jobs",
    "mappings",
    "marks",
    "metadata",
    "notices",
    "people",
    "plans",
    "rosters",
    "submissions",
    "work",
]
