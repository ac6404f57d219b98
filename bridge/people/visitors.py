"""Who came by a launch: an account of a platform, pinned to its identifier at first sight (design §9).

In Moodle a user may edit the own idnumber unless the field is locked; so an identifier that changes, goes away or comes
with a second account is contested, and gives no right until an admin has settled it. The vault knows pupils, the city's
assignments and the school's grants know staff; whoever is in neither is unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.actors import Actor, Entitlements, Identity
from bridge.domain.actors import Launch as Came
from bridge.ports.launches import Launch
from bridge.ports.people import Pins, Rosters
from bridge.ports.platforms import Faces, Platforms, Sight


@dataclass(frozen=True, slots=True)
class Visiting:
    """`bridge.ports.launches.Visitors`."""

    school: str
    lms: str  # the address of the LMS whose user ids the main job has pinned
    platforms: Platforms
    faces: Faces
    pins: Pins
    rosters: Rosters
    entitlements: Callable[[], Entitlements]
    clock: Callable[[], datetime]

    def recognise(self, launch: Launch) -> Actor:
        came = Came(int(launch.course.id) if launch.course.id.isdecimal() else 0, launch.person.teaching)
        issuer = self.platforms.find(launch.registration).issuer
        identity = self._identity(issuer, launch.person.user, launch.person.idnumber)
        return Actor(launch.person.idnumber if identity is not Identity.UNKNOWN else "", identity, came)

    def _identity(self, issuer: str, user: str, identifier: str) -> Identity:
        if not identifier:
            return Identity.CONTESTED if self.faces.known(self.school, issuer, user) else Identity.UNKNOWN
        pupil = self.rosters.directory(self.school).key_of.get(identifier)
        if pupil is None and identifier not in self._staff():
            return Identity.UNKNOWN
        if self._pinned_elsewhere(issuer, user, pupil):
            return Identity.CONTESTED
        sight = self.faces.see(self.school, issuer, user, identifier, now=self.clock())
        return Identity.KNOWN if sight is Sight.SAME else Identity.CONTESTED

    def _pinned_elsewhere(self, issuer: str, user: str, pupil: str | None) -> bool:
        """Whether the main job knows this account of the LMS as another pupil, or as a pupil at all."""
        if issuer != self.lms or not user.isdecimal():
            return False
        pinned = self.pins.pins(self.school, self.lms).get(int(user))
        return pinned is not None and pinned != pupil

    def _staff(self) -> frozenset[str]:
        known = self.entitlements()
        teachers = {one.teacher for one in known.assignments}
        return frozenset(teachers | {one.actor for one in known.grants} | {one.actor for one in known.delegations})
