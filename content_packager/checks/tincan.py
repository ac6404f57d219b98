"""`tincan.xml`, the package file of early xAPI (projecttincan.com/tincan.xsd): one activity is launched."""

from urllib.parse import parse_qsl

from content_packager.checks.material import Match, Material, read_reference, readable
from content_packager.checks.shapes import Vocabulary, Walk, leaf, many, maybe, one, shape
from content_packager.checks.values import is_iri, is_language
from content_packager.reading.xml import Element
from content_packager.report import Findings

NAMESPACE = "http://projecttincan.com/tincan.xsd"
LAUNCH_PARAMETERS = frozenset({"endpoint", "auth", "actor", "registration", "activity_id"})

_OPEN = ("extensions", "interactionType", "correctResponsesPattern", "choices", "scale", "source", "target", "steps")

VOCABULARY = Vocabulary(
    home=frozenset({NAMESPACE}),
    prefixes={},
    shapes={
        "tincan": shape(one("activities")),
        "activities": shape(many("activity", least=1)),
        "activity": shape(
            many("name", least=1), many("description"), many("launch"), many("resource"),
            *(maybe(key) for key in _OPEN),
            required="id", optional="type", ordered=False,
        ),
        "name": leaf(optional="lang"),
        "description": leaf(optional="lang"),
        "launch": leaf(optional="lang"),
        "resource": leaf(optional="lang"),
        **dict.fromkeys(_OPEN),
    },
    values={},
)  # fmt: skip


def check(root: Element, file: str, *, material: Material, findings: Findings) -> None:
    """Report what is wrong with a `tincan.xml` and with the file it launches."""
    walk = Walk(VOCABULARY, file, root.namespace, findings)
    if root.local != "tincan":
        walk.add("tincan.root", root, found=root.name)
        return
    if root.namespace != NAMESPACE:
        walk.add("tincan.namespace", root, found=root.namespace or "", wanted=NAMESPACE)
    walk.judge(root)
    activities = walk.below(root, "activity")
    _judge_ids(walk, activities)
    _judge_number_of_launches(walk, root, activities)
    for activity in activities:
        for launch in (*walk.named(activity, "launch"), *walk.named(activity, "resource")):
            _judge_launch(walk, launch, material)
        for text in (*walk.named(activity, "name"), *walk.named(activity, "description")):
            _judge_text(walk, text)


def _judge_ids(walk: Walk, activities: list[Element]) -> None:
    seen: dict[str, Element] = {}
    for activity in activities:
        identifier = activity.attributes.get("id", "").strip()
        if "id" in activity.attributes and not is_iri(identifier):
            walk.add("tincan.id-form", activity, value=identifier)
        kind = activity.attributes.get("type")
        if kind is not None and not is_iri(kind.strip()):
            walk.add("tincan.type-form", activity, value=kind)
        first = seen.setdefault(identifier, activity)
        if identifier and first is not activity:
            walk.add("tincan.id-twice", activity, value=identifier, line=first.line)


def _judge_number_of_launches(walk: Walk, root: Element, activities: list[Element]) -> None:
    launched = [found for found in activities if walk.named(found, "launch") or walk.named(found, "resource")]
    if not launched:
        walk.add("tincan.nothing-to-launch", root)
    for extra in launched[1:]:
        walk.add("tincan.several-launches", extra, line=launched[0].line)


def _judge_launch(walk: Walk, launch: Element, material: Material) -> None:
    _judge_language(walk, launch)
    url = launch.text.strip()
    target = read_reference(url)
    if not url:
        walk.add("tincan.launch-empty", launch)
        return
    taken = {name for name, _ in parse_qsl(target.query, keep_blank_values=True)} & LAUNCH_PARAMETERS
    if taken:
        walk.add("tincan.query-clash", launch, names=", ".join(sorted(taken)))
    if target.external:
        walk.add("tincan.launch-external", launch, url=url)
        return
    match, name = material.find(target.path)
    if target.climbs or "\\" in url or match is Match.NONE:
        walk.add("tincan.launch-missing", launch, url=readable(url))
    elif match is Match.OTHER_CASE:
        walk.add("tincan.launch-other-case", launch, url=readable(url), name=name)


def _judge_text(walk: Walk, text: Element) -> None:
    _judge_language(walk, text)
    if not text.text.strip():
        walk.add("tincan.text-empty", text)


def _judge_language(walk: Walk, element: Element) -> None:
    language = element.attributes.get("lang")
    if language is not None and not is_language(language.strip()):
        walk.add("tincan.language", element, value=language)
