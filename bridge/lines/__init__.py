"""Lines to other systems: what every call over HTTP needs, whoever is called."""

from bridge.lines.deadline import DeadlineAdapter, ran_out
from bridge.lines.site import SiteAdapter

__all__ = ["DeadlineAdapter", "SiteAdapter", "ran_out"]
