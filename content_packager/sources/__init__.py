"""What a lesson can be made from: one reader per kind of file, one line in the table for each."""

from collections.abc import Callable, Mapping
from pathlib import Path

from content_packager.model import Part
from content_packager.on_demand import on_demand
from content_packager.sources.media import MEDIA, read_document, read_film, read_picture, read_sound
from content_packager.sources.reading import Reading

READERS: Mapping[str, Callable[[Path, Reading], Part | None]] = {
    ".md": on_demand(f"{__name__}.markdown:read_markdown"),
    ".pdf": read_document,
    ".gift": on_demand(f"{__name__}.gift:read_gift"),
    ".txt": on_demand(f"{__name__}.aiken:read_text_list"),
    ".csv": on_demand(f"{__name__}.sheet:read_csv"),
    ".xlsx": on_demand(f"{__name__}.sheet:read_workbook"),
    **dict.fromkeys(MEDIA.films, read_film),
    **dict.fromkeys(MEDIA.sounds, read_sound),
    **dict.fromkeys(MEDIA.pictures, read_picture),
}
"""Ending → reader. A reader that finds something wrong adds to `reading.troubles` and may hand back nothing."""

BESIDE = frozenset({".vtt", *MEDIA.films, *MEDIA.sounds, *MEDIA.pictures})
"""Endings of files that may belong to a Markdown lesson or a film rather than be a part."""

__all__ = ["BESIDE", "READERS", "Reading"]
