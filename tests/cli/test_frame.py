"""How answers look: facts are shown as they are, whatever signs they hold."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bridge.cli.frame import Frame
from bridge.words import Words
from tests.cli.world import School, call


def test_brackets_in_a_fact_are_shown_as_they_are(shared: School) -> None:
    told = shared.run("sync", "plan", "--class", "[red]10A1[/red]")
    assert "“[red]10A1[/red]”" in told.said


def test_brackets_in_a_table_are_shown_as_they_are() -> None:
    out = StringIO()
    console = Console(file=out, width=80)  # with markup, as rich has it by default
    Frame(Path("x"), language="vi", out=console).table(("name", "count"), [("[bold]a[/bold] [1]", 3)])
    assert "[bold]a[/bold] [1]" in out.getvalue()


def test_an_unknown_word_of_the_command_line_is_quoted_whole() -> None:
    assert "“[/x]”" in call("sync", "[/x]").said


def waited(*, terminal: bool, as_json: bool = False) -> tuple[str, str]:
    """What stands on standard output and on standard error after something long."""
    out, err = StringIO(), StringIO()
    consoles = {"out": Console(file=out), "err": Console(file=err, force_terminal=terminal, width=80)}
    with Frame(Path("x"), language="vi", as_json=as_json, **consoles).progress("progress.saving") as tick:
        for piece in range(3):
            tick(piece)
    return out.getvalue(), err.getvalue()


def test_who_waits_at_a_terminal_sees_how_far_it_is() -> None:
    out, err = waited(terminal=True)
    assert out == ""
    assert Words("vi").text("progress.saving") in err and "3/" in err


@pytest.mark.parametrize(("terminal", "as_json"), [(False, False), (True, True)])
def test_a_script_sees_no_bar(terminal: bool, as_json: bool) -> None:
    assert waited(terminal=terminal, as_json=as_json) == ("", "")
