"""`python -m sandbox.lesson FOLDER`."""

import sys
from pathlib import Path

from sandbox.lesson import write_lesson

write_lesson(Path(sys.argv[1]))
