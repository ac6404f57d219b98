"""What a lesson can be made from: one reader per kind of file, one line in the table for each."""

from collections.abc import Callable, Mapping
from pathlib import Path

from content_packager.model import Part
from content_packager.sources.aiken import read_text_list
from content_packager.sources.gift import read_gift
from content_packager.sources.markdown import read_markdown
from content_packager.sources.media import MEDIA, read_document, read_film, read_picture, read_sound
from content_packager.sources.reading import Reading
from content_packager.sources.sheet import read_csv, read_workbook

READERS: Mapping[str, Callable[[Path, Reading], Part | None]] = {
    ".md": read_markdown,
    ".pdf": read_document,
    ".gift": read_gift,
    ".txt": read_text_list,
    ".csv": read_csv,
    ".xlsx": read_workbook,
    **dict.fromkeys(MEDIA.films, read_film),
    **dict.fromkeys(MEDIA.sounds, read_sound),
    **dict.fromkeys(MEDIA.pictures, read_picture),
}
"""Ending → reader. A reader that finds something wrong adds to `reading.troubles` and may hand back nothing."""

BESIDE = frozenset({".vtt", *MEDIA.films, *MEDIA.sounds, *MEDIA.pictures})
"""Endings of files that may belong to a Markdown lesson or a film rather than be a part."""

__all__ = ["BESIDE", "READERS", "Reading"]
