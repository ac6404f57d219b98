"""A post in memory."""

from dataclasses import dataclass, field

from bridge.domain.errors import RemoteError
from bridge.ports.notices import Letter


@dataclass
class MemoryPost:
    """`bridge.ports.notices.Post`. `fails`: raised for the letters to these addresses."""

    letters: list[Letter] = field(default_factory=list)
    fails: dict[str, RemoteError] = field(default_factory=dict)

    def send(self, letter: Letter) -> None:
        if letter.to in self.fails:
            raise self.fails[letter.to]
        self.letters.append(letter)
