"""The way in and out of the command line: every error becomes a sentence that says what to do next, and a code.

| exit code | means |
|---|---|
| 0 | all done |
| 1 | a defect of this program |
| 2 | the command is not written as it must be |
| 3 | done, and something waits for a person |
| 4 | done in part: run it again |
| 5 | refused: no right, no such thing, an input or a plan that can't be used, serious findings |
| 6 | Moodle or the city can't be reached, or refuses |
| 7 | the configuration can't be used |
| 8 | somebody else is at work |
| 9 | the database or the disk |
| 130 | stopped by the person at the keyboard |
"""

import errno
import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from click.exceptions import NoSuchCommand

from bridge.cli.frame import DONE, NO, Frame
from bridge.domain.errors import (
    BadInput,
    BridgeError,
    Busy,
    ConfigProblem,
    Garbled,
    LeaseLost,
    Refused,
    StoreProblem,
    Unclear,
    Unreachable,
)
from bridge.words import Sentence

DEFECT, USAGE, STOPPED = 1, 2, 130
DEBUG = "BRIDGE_DEBUG"

EXIT_CODES: tuple[tuple[type[BridgeError], int], ...] = (
    (Unreachable, 6),
    (Unclear, 6),
    (Garbled, 6),
    (Refused, 6),
    (ConfigProblem, 7),
    (Busy, 8),
    (LeaseLost, 8),
    (StoreProblem, 9),
    (BridgeError, NO),
)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def run(group: click.Group, words: Sequence[str]) -> int:
    """One command; its exit code."""
    return _run(group, words, Frame(Path("bridge.toml"))) or DONE


def _run(group: click.Group, words: Sequence[str], frame: Frame) -> int | None:
    try:
        code: int | None = group.main(list(words), prog_name="bridge", obj=frame, standalone_mode=False)
        return code
    except BridgeError as error:
        return fail(frame, error)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        frame.as_json |= "--json" in words  # behind what click could not read it has not been taken yet
        return _misused(frame, error)
    except click.Abort:
        _print(frame, {"error": "STOPPED"}, Sentence(frame.words.text("said.stopped"), ""))
        return STOPPED
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        return fail(frame, _file_trouble(error))
    except Exception as error:  # noqa: BLE001 whatever it is, a person is told in words; the trace is there on request
        return _defect(frame, error)


def fail(frame: Frame, error: BridgeError) -> int:
    """Say what is wrong and what to do next; the exit code."""
    facts = {name: str(value) for name, value in error.facts.items()}
    _print(frame, {"error": error.code, "facts": facts}, frame.words.error(error))
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _print(frame: Frame, value: Mapping[str, object], sentence: Sentence) -> None:
    if frame.as_json:
        click.echo(json.dumps({**value, "what": sentence.what, "next": sentence.next}, ensure_ascii=False))
        return
    frame.err.print(sentence.what, style="bold red")
    if sentence.next:
        frame.err.print(sentence.next)


def _misused(frame: Frame, error: click.ClickException) -> int:
    """What is wrong with the command, and where the right way stands."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "bridge"
    facts = {"detail": _detail(frame, error), "value": path}
    _print(frame, {"error": "USAGE", "facts": facts}, frame.words.error(BadInput(**facts, why="USAGE")))
    return error.exit_code


def _detail(frame: Frame, error: click.ClickException) -> str:
    """click speaks English only; its commonest complaints have sentences of ours."""
    text = frame.words.text
    match error:
        case NoSuchCommand():
            return text("said.no_such_command", name=error.command_name)
        case click.NoSuchOption():
            return text("said.no_such_option", name=error.option_name)
        case click.MissingParameter(param=click.Parameter() as parameter):
            return text("said.missing_parameter", name=parameter.get_error_hint(error.ctx))
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as parameter):
            hint = parameter.get_error_hint(error.ctx)
            return text("said.not_a_choice", name=hint, choices=[str(each) for each in choice.choices])
        case click.BadParameter(param=click.Parameter() as parameter):
            return text("said.bad_parameter", name=parameter.get_error_hint(error.ctx))
        case _:
            return error.format_message().rstrip(".")


def _file_trouble(error: OSError) -> BridgeError:
    if error.errno in _FULL:
        return StoreProblem(why="DISK_FULL", detail=str(error.filename or ""))
    return BadInput(where=str(error.filename or ""), value=error.strerror or str(error), why="FILE")


def _defect(frame: Frame, error: Exception) -> int:
    """Where it happened, never what with: a message may quote a pupil's name."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
    _print(frame, {"error": "UNEXPECTED", "facts": {"where": where}}, frame.words.error(Defect(where=where)))
    return DEFECT


class Defect(BridgeError):
    """Something that nobody foresaw. Facts: where."""

    code = "UNEXPECTED"


def _reader_left() -> int:
    """`bridge … | head`: whoever read has seen enough. What is left in the buffer must not complain at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
