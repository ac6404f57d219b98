"""`check`: all problems of one package at once."""

from collections.abc import Callable, Mapping
from pathlib import Path

from content_packager.checks import cmi5, scorm12, scorm2004, tincan
from content_packager.checks.common import Contents, find_root, judge_archive, survey
from content_packager.checks.scorm import version
from content_packager.reading.archive import Archive, Damaged, Member
from content_packager.reading.directory import NotAZip, Rejected
from content_packager.reading.limits import SAFE, Limits
from content_packager.reading.xml import BadXml, Element, escape_ampersands, parse_xml
from content_packager.report import Findings, Place, Report, Standard, report


def check(path: Path, limits: Limits = SAFE) -> Report:
    """Everything that is wrong with the package at `path`: a zip, or a cmi5 course structure on its own.

    Nothing is unpacked to disk and nothing is fetched. Raises OSError when the file cannot be read.
    """
    findings = Findings(limits.problems_per_code)
    standards = _check_file(path, limits, findings)
    return report(path, standards=standards, findings=findings)


def _check_file(path: Path, limits: Limits, findings: Findings) -> tuple[Standard, ...]:
    try:
        with Archive(path, limits) as archive:
            return _check_archive(archive, limits, findings)
    except NotAZip:
        return _check_alone(path, limits, findings)
    except Rejected as error:
        findings.add(error.code, Place(), **error.facts)
    return ()


def _check_alone(path: Path, limits: Limits, findings: Findings) -> tuple[Standard, ...]:
    """Not a zip: a cmi5 course structure may stand alone (cmi5 §14.2), nothing else may."""
    with path.open("rb") as file:
        data = file.read(limits.xml_bytes + 1)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or path.suffix.lower() != ".xml":
        findings.add("zip.not-a-zip", Place())
        return ()
    root = parse_manifest(data, path.name, limits=limits, findings=findings)
    if root is not None:
        cmi5.check(root, path.name, material=None, findings=findings)
    return (Standard.CMI5,)


def _check_archive(archive: Archive, limits: Limits, findings: Findings) -> tuple[Standard, ...]:
    shut = judge_archive(archive, limits, findings)
    root = find_root(archive, findings)
    contents = survey(archive, root or "", shut=shut, limits=limits, findings=findings)
    if len(contents.manifests) > 1:
        findings.add("package.several-standards", Place(), names=", ".join(sorted(contents.manifests)))
    found = (
        _check_manifest(archive, name, contents, shut=shut, limits=limits, findings=findings)
        for name in sorted(contents.manifests)
    )
    return tuple(standard for standard in found if standard is not None)


def _check_manifest(
    archive: Archive, name: str, contents: Contents, *, shut: frozenset[str], limits: Limits, findings: Findings
) -> Standard | None:
    member = contents.manifests[name]
    data = _read_manifest(archive, member, shut=shut, limits=limits, findings=findings)
    root = None if data is None else parse_manifest(data, member.name.text, limits=limits, findings=findings)
    if root is None:
        return _OTHERS.get(name)
    standard = _OTHERS.get(name) or _scorm_of(root, member.name.text, findings)
    if standard is not None:
        _JUDGES[standard](root, member.name.text, material=contents.material, findings=findings)
    return standard


_OTHERS = {"tincan.xml": Standard.TINCAN, "cmi5.xml": Standard.CMI5}
_JUDGES: Mapping[Standard, Callable[..., object]] = {
    Standard.SCORM_12: scorm12.check,
    Standard.SCORM_2004: scorm2004.check,
    Standard.TINCAN: tincan.check,
    Standard.CMI5: cmi5.check,
}


def _scorm_of(root: Element, file: str, findings: Findings) -> Standard | None:
    if root.local != "manifest":
        findings.add_at("manifest.root", file, root, found=root.name)
        return None
    return version(root).standard


def _read_manifest(
    archive: Archive, member: Member, *, shut: frozenset[str], limits: Limits, findings: Findings
) -> bytes | None:
    """None when it cannot be read: the survey has said why, or it is too large."""
    if member.entry.size > limits.xml_bytes:
        findings.add("xml.too-large", Place(member.name.text), size=member.entry.size, limit=limits.xml_bytes)
        return None
    if member.name.text in shut:
        return None
    try:
        return archive.read(member)
    except Damaged as error:
        if "" in shut:  # nothing was surveyed
            findings.add(error.code, Place(member.name.text), **error.facts)
        return None


def parse_manifest(data: bytes, file: str, *, limits: Limits, findings: Findings) -> Element | None:
    """The root, bare ampersands mended as Moodle mends them so that the rest can be judged too; None if hopeless."""
    try:
        return parse_xml(data, limits)
    except BadXml as error:
        mended = escape_ampersands(data)
        if error.code == "xml.malformed" and mended != data:
            findings.add("xml.bare-ampersand", Place(file, error.line))
            return _parse_or_report(mended, file, limits=limits, findings=findings)
        findings.add(error.code, Place(file, error.line), **error.facts)
        return None


def _parse_or_report(data: bytes, file: str, *, limits: Limits, findings: Findings) -> Element | None:
    try:
        return parse_xml(data, limits)
    except BadXml as error:
        findings.add(error.code, Place(file, error.line), **error.facts)
        return None
