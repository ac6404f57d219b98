"""Prerequisites of SCORM 1.2 (CAM §2.3.2.5.1): they are a script, name items that can be opened, and can be met."""

from collections.abc import Iterator
from typing import NamedTuple

from content_packager.aicc import BadScript, Script, could_hold, names, parse
from content_packager.checks.manifest import Manifest
from content_packager.checks.shapes import Walk
from content_packager.reading.xml import Element

_KEY = "adlcp:prerequisites"


class _Asked(NamedTuple):
    item: Element
    at: Element
    script: Script


def judge(manifest: Manifest) -> None:
    for organization in manifest.organizations:
        _judge(manifest, list(manifest.walk.below(organization, "item")))


def _judge(manifest: Manifest, items: list[Element]) -> None:
    walk = manifest.walk
    opened = {id(one.item) for one in manifest.launches if walk.attribute(one.item, "isvisible") != "false"}
    there = {walk.token(item, "identifier") or "": item for item in items}
    reached = {name for name, item in there.items() if any(id(each) in opened for each in item.walk())}
    asked = [each for item in items for each in _scripts(walk, item)]
    whole = []
    for each in asked:
        strange = sorted(set(names(each.script)) - reached)
        if strange:
            walk.add("scorm12.prerequisites-dangling", each.at, identifier=", ".join(strange))
        else:
            whole.append(each)
    _judge_way(walk, there, whole)


def _scripts(walk: Walk, item: Element) -> Iterator[_Asked]:
    for found in walk.named(item, _KEY):
        try:
            script = parse(found.text)
        except BadScript as bad:
            walk.add("scorm12.prerequisites-form", found, script=found.text.strip(), at=bad.at)
        else:
            if script is not None:
                yield _Asked(item, found, script)


def _judge_way(walk: Walk, there: dict[str, Element], asked: list[_Asked]) -> None:
    """Opens what can be opened until nothing more can, whatever the pupils' results: what is left never will be."""
    shut = {id(each.item): each for each in asked}

    def opened(name: str) -> bool:
        return not any(id(each) in shut for each in _way_up(there[name]))

    before = -1
    while before != len(shut):
        before = len(shut)
        shut = {key: each for key, each in shut.items() if not could_hold(each.script, opened)}
    for each in shut.values():
        walk.add("scorm12.prerequisites-never", each.at, script=each.at.text.strip())


def _way_up(item: Element) -> Iterator[Element]:
    place: Element | None = item
    while place is not None:
        yield place
        place = place.parent
