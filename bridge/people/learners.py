"""Whose attempts these are: pupils behind the accounts of a platform, by name, for a teacher who may see them."""

from collections.abc import Collection, Mapping

from bridge.ports.people import Rosters
from bridge.ports.platforms import Faces


def learner_keys(
    faces: Faces, rosters: Rosters, school: str, platform: str, users: Collection[str]
) -> Mapping[str, str]:
    """Account → pupil key. Whom the city does not know, or who is contested elsewhere, is left out."""
    key_of = rosters.directory(school).key_of
    codes = faces.whose(school, platform, users, among=key_of.keys())
    return {user: key_of[code] for user, code in codes.items()}


def learner_names(
    faces: Faces, rosters: Rosters, school: str, platform: str, users: Collection[str]
) -> Mapping[str, str]:
    """Account → name, as `learner_keys`."""
    keys = learner_keys(faces, rosters, school, platform, users)
    names = rosters.names(school, set(keys.values()))
    return {user: names[key] for user, key in keys.items() if key in names}
