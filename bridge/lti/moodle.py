"""Addresses that a Moodle names in each launch, for who has no launch at hand: the self-test at the command line."""

from typing import NamedTuple

from bridge.domain.errors import NotFound
from bridge.ports.launches import Registration


class Addresses(NamedTuple):
    line_items: str
    memberships: str


def service_addresses(registration: Registration, course: int) -> Addresses:
    """Of a course (recorded: launches of Moodle 4.5). `NotFound` before the first launch, which tells the deployment:
    Moodle's number of the tool."""
    if not registration.deployments:
        raise NotFound(kind="launch", name=registration.name, nearest=[])
    tool, services = registration.deployments[0], f"{registration.issuer}/mod/lti/services.php"
    return Addresses(
        line_items=f"{services}/{course}/lineitems?type_id={tool}",
        memberships=f"{services}/CourseSection/{course}/bindings/{tool}/memberships",
    )
