"""A package played on loopback, with every call of its content shown as it happens."""

from content_packager.preview.launches import Launch
from content_packager.preview.stage import Stage, staged

__all__ = ["Launch", "Stage", "staged"]
