"""Learning object metadata inside SCORM manifests: IMS 1.2.1 for SCORM 1.2, IEEE 1484.12.3 for SCORM 2004.

Both say the same things in the same order; they differ in how names are written and how text is wrapped.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from content_packager.formats.xml import add_foreign, child, legal
from content_packager.model import About, Lesson

IMS = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
IEEE = "http://ltsc.ieee.org/xsd/LOM"
_CODES = "QĐ 791/QĐ-SGDĐT"


@dataclass(frozen=True, slots=True)
class Dialect:
    namespace: str
    lower: bool
    """IMS writes `lifecycle`, IEEE `lifeCycle`."""
    schema: str


IMS_DIALECT = Dialect(IMS, lower=True, schema="ADL SCORM 1.2")
IEEE_DIALECT = Dialect(IEEE, lower=False, schema="LOMv1.0")


def add_lom(metadata: etree._Element, lesson: Lesson, dialect: Dialect) -> None:
    """Append a `lom` element for the whole lesson."""
    lom = add_foreign(metadata, dialect.namespace, "lom")
    writer = _Writer(dialect, lesson.about)
    writer.general(lom)
    writer.life_cycle(lom)
    writer.about_itself(lom)
    writer.educational(lom)
    writer.rights(lom)
    writer.classifications(lom)


@dataclass(frozen=True, slots=True)
class _Writer:
    dialect: Dialect
    about: About

    def general(self, lom: etree._Element) -> None:
        general = self._add(lom, "general")
        catalogued = self._add(general, "identifier") if not self.dialect.lower else None
        if catalogued is not None:
            self._add(catalogued, "catalog", "URI")
            self._add(catalogued, "entry", self.about.iri)
        self._text(general, "title", self.about.title)
        if self.dialect.lower:
            entry = self._add(general, "catalogentry")
            self._add(entry, "catalog", "URI")
            self._text(entry, "entry", self.about.iri)
        self._add(general, "language", self.about.language.value)
        if self.about.description:
            self._text(general, "description", self.about.description)
        for keyword in self.about.keywords:
            self._text(general, "keyword", keyword)

    def life_cycle(self, lom: etree._Element) -> None:
        if not self.about.authors:
            return
        cycle = self._add(lom, "lifeCycle")
        for author in self.about.authors:
            contribute = self._add(cycle, "contribute")
            self._vocabulary(contribute, "role", self._term("author"))
            if self.dialect.lower:
                self._add(self._add(contribute, "centity"), "vcard", _vcard(author))
            else:
                self._add(contribute, "entity", _vcard(author))

    def about_itself(self, lom: etree._Element) -> None:
        self._add(self._add(lom, "metaMetadata"), "metadataScheme" if self.dialect.lower else "metadataSchema",
                  self.dialect.schema)  # fmt: skip

    def educational(self, lom: etree._Element) -> None:
        if self.about.duration is None:
            return
        time = self._add(self._add(lom, "educational"), "typicalLearningTime")
        self._add(time, "datetime" if self.dialect.lower else "duration", f"PT{self.about.duration}M")

    def rights(self, lom: etree._Element) -> None:
        if not self.about.licence:
            return
        rights = self._add(lom, "rights")
        self._vocabulary(rights, "copyrightAndOtherRestrictions", "yes")
        self._text(rights, "description", self.about.licence)

    def classifications(self, lom: etree._Element) -> None:
        if self.about.subject:
            self._classify(lom, "discipline", "", [self.about.subject])
        if self.about.grade_level is not None:
            self._classify(lom, "educational level", "Chương trình GDPT 2018", [f"Lớp {self.about.grade_level}"])
        if self.about.requirements:
            self._classify(lom, "educational objective", _CODES, self.about.requirements)

    def _classify(self, lom: etree._Element, purpose: str, source: str, taxons: Iterable[str]) -> None:
        classification = self._add(lom, "classification")
        self._vocabulary(classification, "purpose", self._term(purpose))
        for taxon in taxons:
            path = self._add(classification, "taxonPath")
            self._text(path, "source", source or "CSDL ngành")
            step = self._add(path, "taxon")
            if source == _CODES:
                self._add(step, "id", taxon)
            self._text(step, "entry", taxon)

    def _add(self, parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
        return child(parent, name.lower() if self.dialect.lower else name, text)

    def _text(self, parent: etree._Element, name: str, text: str) -> None:
        holder = self._add(parent, name)
        if self.dialect.lower:
            string = child(holder, "langstring", text)
            string.set("{http://www.w3.org/XML/1998/namespace}lang", self.about.language.value)
        else:
            child(holder, "string", text, language=self.about.language.value)

    def _term(self, value: str) -> str:
        """IMS 1.2.1 capitalises the terms of roles and purposes, IEEE does not."""
        return value.title() if self.dialect.lower else value

    def _vocabulary(self, parent: etree._Element, name: str, value: str) -> None:
        holder = self._add(parent, name)
        for tag, text in (("source", "LOMv1.0"), ("value", value)):
            if self.dialect.lower:
                string = child(self._add(holder, tag), "langstring", text)
                string.set("{http://www.w3.org/XML/1998/namespace}lang", "x-none")
            else:
                self._add(holder, tag, text)


def _vcard(name: str) -> str:
    """RFC 2426 with the name alone."""
    safe = legal(name).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", " ")
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{safe}\nN:{safe};;;;\nEND:VCARD"
