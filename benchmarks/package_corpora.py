"""Folders to pack, made the same each time: a few files, many megabytes of media, many small files."""

import random
from pathlib import Path

_WORDS = ("một", "hai", "ba", "hình", "tam giác", "vuông", "cạnh huyền", "góc", "nhọn", "bình phương", "tổng", "hiệu")


def make_few(folder: Path) -> Path:
    """20 files, 2 MB."""
    return _make(folder, texts=(19, 60_000), media=(1, 860_000))


def make_media(folder: Path) -> Path:
    """200 files, 300 MB, of which 264 MB are media that no compressor shrinks."""
    return _make(folder, texts=(134, 270_000), media=(66, 4_000_000))


def make_many(folder: Path) -> Path:
    """5,000 files, 21 MB."""
    return _make(folder, texts=(4_900, 3_000), media=(100, 63_000))


def _make(folder: Path, *, texts: tuple[int, int], media: tuple[int, int]) -> Path:
    chance = random.Random(20261123)
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Bài học</title><p>Xin chào", "utf-8")
    for number in range(texts[0] - 1):
        place = folder / f"text/{number // 100}"
        place.mkdir(parents=True, exist_ok=True)
        words = " ".join(chance.choices(_WORDS, k=texts[1] // 7))
        (place / f"{number}.html").write_bytes(words.encode()[: texts[1]])
    for number in range(media[0]):
        place = folder / f"media/{number // 100}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.mp4").write_bytes(chance.randbytes(media[1]))
    return folder
