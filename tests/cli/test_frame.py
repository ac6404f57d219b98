"""How answers look: facts are shown as they are, whatever signs they hold."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from bridge.cli.frame import Frame
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
