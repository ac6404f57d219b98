"""Parameters as PHP reads them from a form: `options[ids][0]=2`. JSON bodies are ignored by Moodle without a word."""

from collections.abc import Iterator, Mapping, Sequence

Scalar = str | int
Param = Scalar | Sequence["Param"] | Mapping[str, "Param"]
Pair = tuple[str, str]

# PHP drops what is beyond `max_input_vars` (1000 by default) without saying so.
MOST_PAIRS = 800


def form_pairs(params: Mapping[str, Param]) -> list[Pair]:
    """Scalars first: should anything ever be cut off, it is the tail of a list and not the course id."""
    plain = {name: value for name, value in params.items() if isinstance(value, str | int)}
    nested = {name: value for name, value in params.items() if name not in plain}
    pairs = [pair for name, value in (plain | nested).items() for pair in _flatten(name, value)]
    if len(pairs) > MOST_PAIRS:
        raise ValueError(f"{len(pairs)} form pairs in one call: split it")
    return pairs


def _flatten(name: str, value: Param) -> Iterator[Pair]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, int):
        yield name, str(int(value))  # booleans are 0 and 1 here
    else:
        parts = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, part in parts:
            yield from _flatten(f"{name}[{key}]", part)
