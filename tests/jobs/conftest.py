"""Jobs' rows live in a store: its fixtures, on both databases."""

from tests.store.conftest import clock, engine_name, postgres, store, url

__all__ = ["clock", "engine_name", "postgres", "store", "url"]
