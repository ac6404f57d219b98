"""A short real lesson to try things with: text, a picture, sounds made here, ten questions.

`python -m sandbox.lesson FOLDER` writes it as a teacher would have it; `content-packager build FOLDER` packs it.
"""

import math
import struct
import wave
from importlib import resources
from pathlib import Path

RATE = 22_050  # samples a second
_TEXTS = ("lesson.toml", "1_bai-hoc.md", "2_luyen-tap.gift", "song-am.svg")
_TONES = {  # name → (hertz, loudness 0–1)
    "am-tram.wav": (220, 0.6),
    "am-bong.wav": (880, 0.6),
    "am-nho.wav": (440, 0.08),
    "am-to.wav": (440, 0.8),
}


def write_lesson(folder: Path) -> Path:
    """The same bytes each time. The folder is made; files of these names in it are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _TEXTS:
        (folder / name).write_bytes(resources.files(__name__).joinpath(name).read_bytes())
    for name, (hertz, loudness) in _TONES.items():
        _write_tone(folder / name, hertz, loudness)
    return folder


def _write_tone(path: Path, hertz: int, loudness: float, seconds: float = 1.5) -> None:
    """A sine that comes and goes softly: a sudden edge would click."""
    count = int(RATE * seconds)
    fade = RATE // 20
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        samples = (
            32_000
            * loudness
            * min(1, place / fade, (count - place) / fade)
            * math.sin(2 * math.pi * hertz * place / RATE)
            for place in range(count)
        )
        out.writeframes(b"".join(struct.pack("<h", round(sample)) for sample in samples))
