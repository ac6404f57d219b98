"""What SCORM 1.2 and 2004 ask of `imsmanifest.xml` alike (CAM 1.2 §2.3, CAM 2004 §3), and what Moodle makes of it.

Here: organizations, items and what they start. The files of the resources: `resources.py`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl

from content_packager.checks.material import Api, Match, Material, Reference, read_reference
from content_packager.checks.shapes import Walk
from content_packager.reading.xml import Element

_LIKE_A_TAG = re.compile(r"<\S")  # PHP's strip_tags, by which Moodle judges titles that its services hand out


class Launch(NamedTuple):
    """An item and the resource it starts."""

    item: Element
    resource: Element


class Target(NamedTuple):
    """What an address in the manifest leads to."""

    reference: Reference
    match: Match
    name: str
    """The file of the package; empty where `match` is NONE."""


class Manifest:
    """One manifest with its files; each public method is one group of rules."""

    def __init__(self, root: Element, walk: Walk, material: Material) -> None:
        self.root = root
        self.walk = walk
        self.material = material
        self._targets: dict[str, Target] = {}
        self.organizations = [
            found
            for top in walk.named(root, "organizations")
            for found in top.children
            if walk.key(found) == "organization"
        ]
        self.resources = [
            found for top in walk.named(root, "resources") for found in top.children if walk.key(found) == "resource"
        ]
        self.by_id = {
            identifier: found
            for found in reversed(self.resources)
            if (identifier := walk.token(found, "identifier")) is not None
        }
        self.items = [item for organization in self.organizations for item in walk.below(organization, "item")]
        self.launches = list(self._launches())
        self.files = {id(resource): list(self._files_of(resource)) for resource in self.resources}
        self._apis = self._all_apis()

    def judge(self) -> None:
        self._judge_identifiers()
        self._judge_blanks()
        self._judge_organizations()
        for item in self.items:
            self._judge_item(item)
        for inner in self.root.children:
            if self.walk.key(inner) == "manifest":
                self.walk.add("manifest.inner-manifest", inner)

    def judge_types(self, *, spelled: str, api: Api) -> None:
        """What is launched says whether it is a SCO, in this version's spelling, and speaks this version's API."""
        wrongly = "scormType" if spelled == "scormtype" else "scormtype"
        for resource in {id(launch.resource): launch.resource for launch in self.launches}.values():
            attributes = self.walk.vocabulary.attributes(resource)
            kind = attributes.get(f"adlcp:{spelled}", attributes.get(f"adlcp:{wrongly}"))
            if f"adlcp:{spelled}" not in attributes and kind is not None:
                self.walk.add("manifest.scormtype-spelling", resource, found=wrongly, wanted=spelled)
            elif kind is None:
                self.walk.add("manifest.scormtype-missing", resource)
            spoken = self.apis(resource)
            if spoken and api not in spoken:
                self.walk.add("manifest.wrong-api", resource, found=next(iter(spoken)).value, wanted=api.value)
            elif kind == "sco" and not self.material.calls:
                self.walk.add("manifest.sco-without-api", resource)

    def apis(self, resource: Element) -> frozenset[Api]:
        """The runtimes that the files of a resource call, or those of what it depends on."""
        return frozenset(api for api, callers in self._apis.items() if id(resource) in callers)

    def _all_apis(self) -> dict[Api, set[int]]:
        """API → the ids of the resources that reach it: found backwards from the callers, each resource seen once."""
        users: dict[int, list[Element]] = {}
        for resource in self.resources:
            for dependency in self.walk.named(resource, "dependency"):
                wanted = self.by_id.get(self.walk.token(dependency, "identifierref") or "")
                if wanted is not None:
                    users.setdefault(id(wanted), []).append(resource)
        return {api: self._reaching(api, users) for api in Api}

    def _reaching(self, api: Api, users: dict[int, list[Element]]) -> set[int]:
        calls = self.material.calls
        waiting = [
            found for found in self.resources if any(api in calls.get(name, ()) for name in self.files[id(found)])
        ]
        reached = {id(found) for found in waiting}
        while waiting:
            for user in users.get(id(waiting.pop()), ()):
                if id(user) not in reached:
                    reached.add(id(user))
                    waiting.append(user)
        return reached

    def base(self, resource: Element) -> str:
        """What stands before the addresses of a resource: those of the elements around it too (CAM, xml:base)."""
        above = (self.root, *self.walk.named(self.root, "resources")[:1], resource)
        return "".join(self.walk.attribute(element, "xml:base") or "" for element in above)

    def target(self, href: str, base: str) -> Target:
        """`base` is put in front as Moodle does, by plain concatenation. Looked for once: several rules ask for it."""
        whole = base + href
        if whole not in self._targets:
            reference = read_reference(whole)
            self._targets[whole] = Target(reference, *self.material.find(reference.path))
        return self._targets[whole]

    def _files_of(self, resource: Element) -> Iterator[str]:
        base = self.base(resource)
        hrefs = [self.walk.attribute(file, "href") for file in self.walk.named(resource, "file")]
        for href in (self.walk.attribute(resource, "href"), *hrefs):
            if href:
                target = self.target(href, base)
                if target.match is not Match.NONE:
                    yield target.name

    def _launches(self) -> Iterator[Launch]:
        for item in self.items:
            resource = self.by_id.get(self.walk.token(item, "identifierref") or "")
            if resource is not None and self.walk.attribute(resource, "href"):
                yield Launch(item, resource)

    def _judge_identifiers(self) -> None:
        seen: dict[str, Element] = {}
        for element in (self.root, *self.organizations, *self.items, *self.resources):
            identifier = self.walk.token(element, "identifier")
            if identifier is None:
                continue
            first = seen.setdefault(identifier, element)
            if first is not element:
                self.walk.add("manifest.identifier-twice", element, identifier=identifier, line=first.line)

    def _judge_blanks(self) -> None:
        """By the schemas' types blanks around a name do not count; Moodle compares letter by letter."""
        tops = self.walk.named(self.root, "organizations")
        dependencies = [found for resource in self.resources for found in self.walk.named(resource, "dependency")]
        for element in (self.root, *tops, *self.organizations, *self.items, *self.resources, *dependencies):
            for name in ("identifier", "identifierref", "default"):
                value = self.walk.attribute(element, name)
                if value is not None and value != value.strip():
                    self.walk.add("manifest.identifier-blanks", element, name=name, value=value)

    def _judge_organizations(self) -> None:
        if not self.organizations:
            self.walk.add("manifest.no-organization", self.root)
            return
        top = self.walk.named(self.root, "organizations")[0]
        default = self.walk.token(top, "default")
        known = {self.walk.token(found, "identifier") for found in self.organizations}
        if default is None:
            self.walk.add("manifest.default-missing", top)
        elif default not in known:
            self.walk.add("manifest.default-dangling", top, identifier=default)
        for organization in self.organizations:
            self._judge_title(organization)
        if not self.launches:
            self.walk.add("manifest.nothing-to-launch", self.root)

    def _judge_title(self, element: Element) -> None:
        titles = self.walk.named(element, "title")
        if not titles or not titles[0].text.strip():
            self.walk.add("manifest.title-missing", element)
        elif _LIKE_A_TAG.search(titles[0].text):
            self.walk.add("manifest.title-tag", titles[0], title=titles[0].text.strip())

    def _judge_item(self, item: Element) -> None:
        self._judge_title(item)
        wanted = self.walk.token(item, "identifierref")
        if wanted is None:
            if not self.walk.named(item, "item"):
                self.walk.add("manifest.item-without-resource", item)
            return
        resource = self.by_id.get(wanted)
        if resource is None:
            self.walk.add("manifest.item-dangling", item, identifier=wanted)
        elif self.walk.attribute(resource, "href") is None:
            self.walk.add("manifest.launch-without-href", resource, identifier=wanted)
        else:
            self._judge_parameters(item, self.walk.attribute(resource, "href") or "")

    def _judge_parameters(self, item: Element, href: str) -> None:
        parameters = self.walk.attribute(item, "parameters")
        if not parameters:
            return
        if parameters[0] not in "?&#":
            self.walk.add("manifest.parameters-form", item, parameters=parameters)
        query = read_reference(href).query
        added = parameters.partition("#")[0].lstrip("?&")
        twice = {name for name, _ in parse_qsl(query, True)} & {name for name, _ in parse_qsl(added, True)}
        if twice:
            self.walk.add("manifest.query-clash", item, names=", ".join(sorted(twice)))
