"""Whose attempts these are: pupils behind the accounts of a platform, by name, for a teacher who may see them."""

from collections.abc import Collection, Mapping

from bridge.ports.people import Rosters
from bridge.ports.platforms import Faces


def learner_names(
    faces: Faces, rosters: Rosters, school: str, platform: str, users: Collection[str]
) -> Mapping[str, str]:
    """Account → name. Whom the city does not know, or who is contested elsewhere, is left out."""
    key_of = rosters.directory(school).key_of
    codes = faces.whose(school, platform, users, among=key_of.keys())
    names = rosters.names(school, {key_of[code] for code in codes.values()})
    return {user: names[key_of[code]] for user, code in codes.items() if key_of[code] in names}
