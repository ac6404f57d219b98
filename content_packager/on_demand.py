"""Modules that load when they are first called: packing a small lesson takes less time than importing everything."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def named(place: str) -> Any:
    """What `package.module:name` names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def on_demand(place: str) -> Callable[..., Any]:
    """A function that stands for the one at `package.module:name`."""

    def call(*args: Any, **options: Any) -> Any:
        return named(place)(*args, **options)

    return call
