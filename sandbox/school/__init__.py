"""A made-up upper-secondary school, the same for the same seed: what the city knows of it, and its Moodle site.

    world = generate(seed=1, pupils=480)
    world.city    what sandbox.city loads
    world.site    what sandbox.lms loads
    world.truth   what is really so: which course is which class and subject, and who the special pupils are

Nobody here exists: names are drawn from lists of common syllables, codes are running numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.school.city import city_world
from sandbox.school.enrolment import admit_pupils
from sandbox.school.moodle import MoodleSite
from sandbox.school.specials import make_specials
from sandbox.school.staff import appoint_teachers
from sandbox.school.timetable import open_classes

__all__ = ["World", "generate"]

_LEAST_PUPILS = 300


@dataclass(frozen=True)
class World:
    city: dict[str, Any]
    site: dict[str, Any]
    truth: dict[str, Any]


def generate(seed: int, pupils: int = 480) -> World:
    """At least 12 classes in three grade levels; about 40 pupils a class. ValueError below 300 pupils."""
    if pupils < _LEAST_PUPILS:
        raise ValueError(f"{pupils} pupils are too few: the special cases alone need {_LEAST_PUPILS // 12} in a class")
    classes = open_classes(pupils)
    admitted = admit_pupils(classes, pupils, seed=seed)
    staff = appoint_teachers(classes, seed=seed)
    city = city_world(classes, admitted, staff)
    moodle = MoodleSite(classes, admitted, staff, seed=seed)
    moodle.open_courses()
    specials = make_specials(city, moodle)
    return World(city=city, site=moodle.to_json(), truth={"courses": moodle.truth, **specials})
