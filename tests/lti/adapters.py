"""A Moodle as it is registered, and our adapters over its services: shared by recorded, made-up and served ones."""

from bridge.lti.gradebooks import LtiGradebooks
from bridge.lti.members import LtiMembers
from bridge.lti.services import Services
from bridge.ports.launches import Registration, RegistrationState


def moodle_at(url: str, *, id: str, school: str, client: str, state: RegistrationState) -> Registration:
    addresses = (f"{url}/mod/lti/{name}.php" for name in ("auth", "token", "certs"))
    return Registration(id, school, "Moodle thử", url, client, *addresses, state)


class Adapters:
    """Over `services`, which whoever is one has."""

    services: Services

    @property
    def gradebooks(self) -> LtiGradebooks:
        return LtiGradebooks(self.services)

    @property
    def members(self) -> LtiMembers:
        return LtiMembers(self.services)
