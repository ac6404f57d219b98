"""All tables, one module a noun. Importing this fills `metadata`."""

from bridge.store.tables import audit, mappings, marks, people, plans, rosters, submissions, work
from bridge.store.tables.base import metadata

__all__ = ["audit", "mappings", "marks", "metadata", "people", "plans", "rosters", "submissions", "work"]
