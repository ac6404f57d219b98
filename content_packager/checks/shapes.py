"""The structure of a manifest as data: which elements stand in which, in what order, how often, with which attributes.

A table of shapes says what an XSD would say, but the findings carry a place and an explanation, and Moodle's own
reading (literal prefixes, any order) stays visible beside the schema's.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from content_packager.reading.xml import XML_NAMESPACE, Element
from content_packager.report import Findings


class Slot(NamedTuple):
    """Elements that stand at one point of the order; several keys are a choice."""

    keys: frozenset[str]
    least: int = 0
    most: int | None = 1
    mixed: bool = False
    """Each key once at most, in any order."""

    @property
    def names(self) -> str:
        return " | ".join(sorted(self.keys))


def one(key: str) -> Slot:
    return Slot(frozenset({key}), 1)


def maybe(key: str) -> Slot:
    return Slot(frozenset({key}))


def many(*keys: str, least: int = 0) -> Slot:
    return Slot(frozenset(keys), least, None)


def mixed(*keys: str) -> Slot:
    return Slot(frozenset(keys), 0, None, True)


class Shape(NamedTuple):
    slots: tuple[Slot, ...] = ()
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    ordered: bool = True
    foreign: frozenset[str] = frozenset({"elements", "attributes"})
    """What of other namespaces is welcome; where the order counts, elements only after those of the home namespace."""
    text: bool = False
    """Whether it holds text of its own."""

    @property
    def end(self) -> int:
        """The place in the order from which on foreign elements may stand."""
        last = len(self.slots)
        while last and all(":" in key for key in self.slots[last - 1].keys):
            last -= 1
        return last


def shape(
    *slots: Slot, required: str = "", optional: str = "", ordered: bool = True, foreign: str = "elements attributes"
) -> Shape:
    """Attributes, and what is welcome of other namespaces, are given as words in one string."""
    return Shape(slots, frozenset(required.split()), frozenset(optional.split()), ordered, frozenset(foreign.split()))


def leaf(*, required: str = "", optional: str = "", foreign: str = "") -> Shape:
    """An element that holds text and nothing else."""
    return shape(required=required, optional=optional, foreign=foreign)._replace(text=True)


_LEAF = leaf()


class Value(NamedTuple):
    """A rule for the text of an attribute or element."""

    holds: Callable[[str], bool]
    expected: str
    code: str = "structure.value"


class Vocabulary(NamedTuple):
    """One standard's words. A key is a local name, with the standard's own prefix outside the home namespace."""

    home: frozenset[str]
    """Namespaces of the elements without prefix."""
    prefixes: Mapping[str, str]
    """Namespace → the prefix that the standard's documents (and Moodle) use for it."""
    shapes: Mapping[str, Shape | None]
    """By key, or by `grandparent/parent/key` where the same name has two shapes. A key without a row is a leaf; None
    leaves an element and all inside it unjudged."""
    values: Mapping[str, Value]
    """By `key@attribute`, or by `key` for an element's text."""
    codes: Mapping[str, str] = MappingProxyType({})
    """A code of `structure` → the standard's own, where the same fault weighs more."""

    def key(self, element: Element, home: str | None) -> str | None:
        """None for an element of a foreign namespace. `home` is the root's namespace, right or wrong."""
        if element.namespace in self.home and ":" not in element.name:
            return element.name  # told at a glance: most elements of most manifests
        return self._key(element.name, element.namespace, home)

    def attributes(self, element: Element) -> dict[str, str]:
        """By key, foreign ones left out; the element's own where none has a prefix."""
        if ":" not in "".join(element.attributes):
            return element.attributes
        keyed = ((self._attribute_key(element, name), value) for name, value in element.attributes.items())
        return {key: value for key, value in keyed if key is not None}

    def foreign_attributes(self, element: Element) -> list[str]:
        """Names, as written, of the attributes that no key stands for; unbound prefixes are another matter."""
        bound = (name for name in element.attributes if element.resolve(name.rpartition(":")[0]) is not None)
        return [name for name in bound if self._attribute_key(element, name) is None]

    def _attribute_key(self, element: Element, name: str) -> str | None:
        prefix, _, _ = name.rpartition(":")
        return self._key(name, element.resolve(prefix), "") if prefix else name

    def _key(self, name: str, namespace: str | None, home: str | None) -> str | None:
        prefix, _, local = name.rpartition(":")
        if namespace == XML_NAMESPACE:
            return f"xml:{local}"
        if namespace is not None and namespace in self.prefixes:
            return f"{self.prefixes[namespace]}:{local}"
        if namespace in self.home or (namespace == home and not prefix):
            return local
        # Moodle goes by the letters of the prefix, whatever it is bound to.
        return name if prefix in self.prefixes.values() else None


class Walk(NamedTuple):
    """One pass of a vocabulary over one document."""

    vocabulary: Vocabulary
    file: str
    home: str | None
    findings: Findings

    def judge(self, root: Element) -> None:
        """Report every departure from the shapes and value rules, from the root down."""
        self._judge(root, (self.vocabulary.key(root, self.home) or root.local,))

    def key(self, element: Element) -> str | None:
        return self.vocabulary.key(element, self.home)

    def named(self, element: Element, key: str) -> list[Element]:
        """The direct children with this key."""
        key_of, home = self.vocabulary.key, self.home  # of thousands of children
        return [child for child in element.children if key_of(child, home) == key]

    def below(self, element: Element, key: str) -> list[Element]:
        """All elements with this key at any depth, in document order."""
        return [found for found in element.walk() if self.key(found) == key]

    def attribute(self, element: Element, key: str) -> str | None:
        return self.vocabulary.attributes(element).get(key)

    def token(self, element: Element, key: str) -> str | None:
        """An xs:ID, an xs:IDREF or the like: blanks around it do not count."""
        value = self.attribute(element, key)
        return None if value is None else value.strip()

    def add(self, code: str, element: Element, /, **facts: object) -> None:
        self.findings.add_at(self.vocabulary.codes.get(code, code), self.file, element, **facts)

    def _judge(self, element: Element, way: tuple[str, ...]) -> None:
        """`way` is the keys of the element and of up to two above it, outermost first."""
        shapes = self.vocabulary.shapes
        wanted = shapes.get("/".join(way)) or shapes.get(way[-1], _LEAF)
        self._judge_values(element, way[-1])
        if wanted is None:
            return
        if not wanted.text and element.text.strip():
            self.add("structure.text", element, text=element.text.strip())
        self._judge_attributes(element, wanted)
        for child, key in self._judge_children(element, wanted):
            self._judge(child, (*way[-2:], key))

    def _judge_attributes(self, element: Element, wanted: Shape) -> None:
        present = self.vocabulary.attributes(element)
        for name in sorted(wanted.required - present.keys()):
            self.add("structure.attribute-missing", element, attribute=name)
        for name in present.keys() - wanted.required - wanted.optional:
            if not name.startswith("xml:"):
                self.add("structure.attribute-unknown", element, attribute=name)
        if present is not element.attributes:
            self._judge_prefixed(element, wanted)

    def _judge_prefixed(self, element: Element, wanted: Shape) -> None:
        for prefix in sorted({name.rpartition(":")[0] for name in element.attributes}):
            if prefix and element.resolve(prefix) is None:
                self.add("xml.prefix-unbound", element, prefix=prefix)
        if "attributes" not in wanted.foreign:
            for name in self.vocabulary.foreign_attributes(element):
                self.add("structure.attribute-unknown", element, attribute=name)

    def _judge_children(self, element: Element, wanted: Shape) -> list[tuple[Element, str]]:
        if not element.children:  # most elements of most manifests
            self._judge_counts(element, wanted.slots, {})
            return []
        slot_of = {key: number for number, slot in enumerate(wanted.slots) for key in slot.keys}
        counts, furthest, behind, known = Counter[str](), 0, "", []
        for child in element.children:
            key = self.key(child)
            if key is None:
                if self._is_welcome(child, element, wanted):
                    furthest, behind = wanted.end, child.name
                continue
            number = slot_of.get(key)
            if number is None:
                self.add("structure.element-unknown", child, element=key, parent=element.local)
                continue
            counts[key] += 1
            if wanted.ordered and number < furthest:
                self.add("structure.order", child, element=key, after=behind)
            elif number >= furthest:
                furthest, behind = number, wanted.slots[number].names
            known.append((child, key))
        self._judge_counts(element, wanted.slots, counts)
        return known

    def _is_welcome(self, child: Element, element: Element, wanted: Shape) -> bool:
        """Whether an element of another namespace may stand here; says so where it may not."""
        if child.namespace is None:
            self.add("xml.prefix-unbound", child, prefix=child.prefix)
            return False
        if child.namespace == "" or "elements" not in wanted.foreign:
            self.add("structure.element-unknown", child, element=child.local, parent=element.local)
            return False
        return True

    def _judge_counts(self, element: Element, slots: Iterable[Slot], counts: Mapping[str, int]) -> None:
        for slot in slots:
            count = sum(counts.get(key, 0) for key in slot.keys)
            if count < slot.least:
                self.add("structure.element-missing", element, element=slot.names)
            if slot.most is not None and count > slot.most:
                self.add("structure.element-repeated", element, element=slot.names, count=count)
            for key in sorted(slot.keys) if slot.mixed else ():
                if counts.get(key, 0) > 1:
                    self.add("structure.element-repeated", element, element=key, count=counts[key])

    def _judge_values(self, element: Element, key: str) -> None:
        for name, text in self.vocabulary.attributes(element).items():
            rule = self.vocabulary.values.get(f"{key}@{name}")
            if rule and not rule.holds(text.strip()):
                self.add(rule.code, element, name=name, value=text, expected=rule.expected)
        rule = self.vocabulary.values.get(key)
        if rule and not rule.holds(element.text.strip()):
            self.add(rule.code, element, name=key, value=element.text, expected=rule.expected)
