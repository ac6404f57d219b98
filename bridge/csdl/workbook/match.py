"""Which pupil a row is: by identifier, else by name and birth date together. Nobody is known by a name alone."""

from collections import defaultdict
from collections.abc import Sequence

from bridge.csdl.workbook.body import Row
from bridge.csdl.workbook.texts import alias_key, spelling_key
from bridge.domain.school import CityPupil
from bridge.ports.workbooks import Flaw, FlawKind


class Matcher:
    """The pupils of one class, by whatever a row may show of them."""

    def __init__(self, pupils: Sequence[CityPupil]) -> None:
        self._pupils = pupils
        self._by_id: dict[str, set[str]] = defaultdict(set)
        self._by_birth: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        self._names = {pupil.code: alias_key(pupil.name) for pupil in pupils}
        for pupil in pupils:
            for text in (pupil.code, pupil.ministry_code):
                if text:
                    self._by_id[_bare_id(text)].add(pupil.code)
            self._by_birth[spelling_key(pupil.name), pupil.birth_date].add(pupil.code)

    def expected(self) -> set[str]:
        return {pupil.code for pupil in self._pupils if pupil.studying}

    def find(self, row: Row, flaws: list[Flaw]) -> str | None:
        found = {code for text in row.identifiers().values() for code in self._by_id.get(_bare_id(text), ())}
        if not found:
            return self._by_name(row, flaws)
        if len(found) > 1:
            flaws.append(Flaw(FlawKind.PUPIL_AMBIGUOUS, row.where()))
            return None
        code = next(iter(found))
        if row.name() and self._names[code] != alias_key(row.name()):
            flaws.append(Flaw(FlawKind.NAME_DIFFERS, row.where()))
            return None
        return code

    def _by_name(self, row: Row, flaws: list[Flaw]) -> str | None:
        """Only where the row has no identifier: one that is not known is another person."""
        birth = row.birth(flaws)
        found = self._by_birth.get((spelling_key(row.name()), birth), set()) if birth else set()
        if row.identifiers() and not self._may_lack_code(found):
            found = set()
        if len(found) != 1:
            flaws.append(Flaw(FlawKind.PUPIL_AMBIGUOUS if found else FlawKind.PUPIL_UNKNOWN, row.where()))
            return None
        return next(iter(found))

    def _may_lack_code(self, found: set[str]) -> bool:
        """A pupil whose ministry code came after our list was made is told by name and birth date."""
        return any(pupil.code in found and pupil.ministry_code is None for pupil in self._pupils)


def _bare_id(text: str) -> str:
    """As Excel may have left it: in capitals, without the zeros before a number."""
    return text.strip().upper().lstrip("0") or text
