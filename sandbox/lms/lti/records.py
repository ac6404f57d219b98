"""The rows of mod_lti: tools (`lti_types` with their configuration) and links (`lti`, the activities)."""

from __future__ import annotations

from dataclasses import dataclass, field

EMBED_NO_BLOCKS, NEW_WINDOW = 3, 4
"""Launch containers. 2 is embedded beside Moodle's blocks; 1 in a link means: as the tool says."""


@dataclass
class Tool:
    """An external tool of the site. Its id is its deployment id. `state`: pending | configured | rejected.

    `gradesync` 0 none, 1 scores and results, 2 line items too. `coursevisible` 0 hidden, 1 preconfigured, 2 in the
    activity chooser. `publickey` (PEM) stands in for a key set where the tool was set up by hand.
    """

    id: int
    name: str
    clientid: str
    baseurl: str = ""
    domain: str = ""
    loginurl: str = ""
    redirects: list[str] = field(default_factory=list)
    keyset: str = ""
    publickey: str = ""
    description: str = ""
    icon: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    deeplinking: bool = False
    deeplinkurl: str = ""
    gradesync: int = 0
    members: bool = False
    toolsettings: bool = False
    sendname: bool = False
    sendemail: bool = False
    state: str = "pending"
    coursevisible: int = 1
    container: int = EMBED_NO_BLOCKS


@dataclass
class Link:
    """An activity "External tool". `tool` 0: found by the address. `custom`: lines of key=value, as Moodle has them."""

    id: int
    course: int
    cmid: int
    name: str
    tool: int = 0
    url: str = ""
    intro: str = ""
    icon: str = ""
    custom: str = ""
    container: int = 1
    visible: bool = True


def container_of(link: Link, tool: Tool | None) -> int:
    """How the link opens; as it says itself where its tool is gone."""
    return tool.container if link.container == 1 and tool is not None else link.container
