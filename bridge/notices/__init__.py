"""Use case: what waits for whom, as values."""
