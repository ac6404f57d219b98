"""`--json` and `--lang` behind a command: `bridge status --json` says what `bridge --json status` says."""

import click

from bridge.cli.frame import Frame

LANGUAGES = ["vi", "en"]
JSON_HELP = "Trả lời bằng JSON · answer as one JSON document."
LANG_HELP = "Ngôn ngữ · language."


def take_anywhere(command: click.Command) -> None:
    """Let this command, and every command in it, take both; what stands behind it is what counts."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            take_anywhere(each)
    if not isinstance(command, click.Group) or command.invoke_without_command:
        command.params += [
            click.Option(["--json"], is_flag=True, expose_value=False, callback=_in_json, help=JSON_HELP),
            click.Option(
                ["--lang"], type=click.Choice(LANGUAGES), expose_value=False, callback=_in_language, help=LANG_HELP
            ),
        ]


def _in_json(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        context.ensure_object(Frame).as_json = True


def _in_language(context: click.Context, _: click.Parameter, language: str | None) -> None:
    if language is not None:
        context.ensure_object(Frame).language = language
