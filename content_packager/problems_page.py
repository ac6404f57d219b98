"""docs/package-problems.md, printed from the table of problems: `python -m content_packager.problems_page`."""

import sys

from content_packager.problems import Kind, kinds


def as_markdown() -> str:
    """The text of docs/package-problems.md."""
    return _HEAD + "".join(_section(kind) for kind in kinds().values())


def _section(kind: Kind) -> str:
    weight = f"**{kind.severity}**" + (" · mended by `repair`" if kind.mended else "")
    lines = [f"- {words.says} — {words.means} → {words.cure}" for words in (kind.en, kind.vi)]
    return f"\n## `{kind.code}`\n\n{weight}\n\n" + "\n".join(lines) + "\n"


_HEAD = """# What a check can find

`content-packager check` names every problem by one of these codes. Each says what was found, what it means to an LMS,
and the cure; the words in {braces} are filled in from the package. Errors make an LMS refuse the package or lose what
a pupil did; warnings make it play otherwise than meant; notes ask for nothing.

This page is printed from `content_packager/problems.toml`:
`python -m content_packager.problems_page > docs/package-problems.md`.
"""

if __name__ == "__main__":
    sys.stdout.write(as_markdown())
