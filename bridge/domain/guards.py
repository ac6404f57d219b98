"""When a list that came back smaller is an error and no fact to act on."""


def shrunk(before: int | None, now: int, *, percent: int = 20, least: int = 5) -> bool:
    """Whether a list of `now` entries lost too many since the last good read of `before`.

    Empty after non-empty always counts; otherwise more than `percent` % and at least `least` entries must be gone.
    """
    if not before:
        return False
    gone = before - now
    return now == 0 or (gone >= least and gone * 100 > percent * before)
