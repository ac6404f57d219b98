"""Lines to other systems: what every call over HTTP needs, whoever is called."""

from bridge.lines.deadline import DeadlineAdapter, ran_out

__all__ = ["DeadlineAdapter", "ran_out"]
