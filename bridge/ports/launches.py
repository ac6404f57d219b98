"""What the pages need of LTI 1.3 and of the store to let somebody in: registrations, launches, visits.

`bridge/lti` and `bridge/store` stand behind it. Plain values in and out: no request, no claim by its URI, no library's
type. Claims: IMS Global LTI Core 1.3 §5.3, Names and Roles 2.0, Assignment and Grade Services 2.0, Deep Linking 2.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.domain.actors import Actor


class RegistrationState(StrEnum):
    """How far a registration has come."""

    PENDING = "PENDING"  # registered, and no launch has come yet: waiting for activation in the platform
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"  # an admin shut it


@dataclass(frozen=True, slots=True)
class Registration:
    """One client id at one platform. (issuer, client_id) is unique; deployments are learned at launches."""

    id: str
    school: str
    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    state: RegistrationState
    deployments: tuple[str, ...] = ()


class MessageType(StrEnum):
    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"


@dataclass(frozen=True, slots=True)
class Person:
    """Who was launched. `idnumber` is `lis.person_sourcedid`, trimmed, "" when absent. Names are for the page only."""

    user: str  # `sub`
    idnumber: str
    name: str
    teaching: bool  # Instructor of this context, or Administrator


@dataclass(frozen=True, slots=True)
class Course:
    """The context. `id` is the platform's own; Moodle's is the number of its course."""

    id: str
    title: str
    label: str
    idnumber: str  # `lis.course_section_sourcedid`
    history: tuple[str, ...] = ()  # courses that this one was copied from, newest first


@dataclass(frozen=True, slots=True)
class ScoreService:
    """AGS of this launch. `line_item` is "" where the link has none (or an empty claim)."""

    line_items: str
    line_item: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeepLinking:
    """What the dialogue accepts, and where its answer goes."""

    return_url: str
    accepts: tuple[str, ...]  # types of items
    multiple: bool
    data: str


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that passed every check. Kept with the visit that it began; never written to a log."""

    registration: str  # Registration.id
    deployment: str
    message: MessageType
    person: Person
    course: Course
    link: str  # resource link id, "" when deep linking
    link_title: str
    custom: Mapping[str, str] = field(default_factory=dict)
    scores: ScoreService | None = None
    members: str = ""  # NRPS context_memberships_url
    deep_linking: DeepLinking | None = None
    for_user: str = ""  # of a submission review
    return_url: str = ""  # carries a session key in Moodle: never logged
    language: str = "vi"
    in_frame: bool = True


class Going(NamedTuple):
    """The answer to a login: where the browser goes, and the binding that its cookie must hold until the launch."""

    url: str
    binding: str


class Item(NamedTuple):
    """One resource link chosen in deep linking."""

    title: str
    text: str
    url: str
    custom: Mapping[str, str]
    maximum: float | None = None  # of its line item; None: ungraded
    resource_id: str = ""
    tag: str = ""


class Answer(NamedTuple):
    """A form that the browser posts to the platform."""

    url: str
    fields: Mapping[str, str]


class Tool(Protocol):
    """LTI 1.3 as the pages see it. Every refusal is a `LaunchRefused` whose `case` the launch doctor opens."""

    def login(self, params: Mapping[str, str], *, binding: str | None) -> Going:
        """OIDC third-party login (Security Framework 1.0 §5.1.1). Keeps state and nonce, once usable, bound to issuer,
        client, target and `binding` (a new one is made for None)."""
        ...

    def launch(self, form: Mapping[str, str], *, binding: str | None) -> Launch:
        """Check everything and use up the state. The first launch turns a pending registration active."""
        ...

    def jwks(self) -> Mapping[str, object]:
        """Our public keys, the retired ones of the overlap too."""
        ...

    def register(self, configuration_url: str, token: str, *, invitation: str) -> Registration:
        """Dynamic registration, for a valid invitation only, and never over an existing one.

        `NotAllowed` for the invitation, `Refused`, `Unreachable`, `Garbled` for the platform.
        """
        ...

    def answer(self, launch: Launch, items: Sequence[Item]) -> Answer:
        """The signed deep linking response."""
        ...


class Visit(NamedTuple):
    """Somebody at the pages, come by one launch or by a local login. Every form and link carries its id; the browser
    must also hold the session cookie that it was begun with: an id alone opens nothing."""

    id: str
    actor: Actor
    launch: Launch | None
    language: str
    csrf: str
    until: datetime


class Visits(Protocol):
    def begin(self, school: str, actor: Actor, launch: Launch | None, *, session: str, language: str) -> Visit: ...

    def find(self, school: str, visit: str, *, session: str) -> Visit:
        """`NotFound` when it has ended or belongs to another browser's session."""
        ...

    def end(self, school: str, visit: str) -> None: ...


class Visitors(Protocol):
    """Who came: from a launch's person to an actor. `(platform, user)` is pinned to the identifier at first sight; a
    changed, emptied or doubled one is `Identity.CONTESTED` until an admin settles it (design §9)."""

    def recognise(self, launch: Launch) -> Actor: ...


class Registrations(Protocol):
    """Who is registered, for the pages: whose frame may hold them, and how far a new one has come."""

    def registrations(self, school: str) -> Sequence[Registration]: ...

    def find(self, registration: str) -> Registration:
        """`NotFound`."""
        ...
