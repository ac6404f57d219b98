"""The command `content-packager`."""

import gc
from collections.abc import Mapping
from typing import Any

import click

from content_packager.on_demand import named

_COMMANDS: Mapping[str, str] = {
    "build": "content_packager.cli_build:build_command",
    "init": "content_packager.cli_init:init_command",
    "check": "content_packager.cli_check:check_command",
    "repair": "content_packager.cli_check:repair_command",
    "inspect": "content_packager.cli_check:inspect_command",
    "preview": "content_packager.cli_preview:preview_command",
}


class _OnDemand(click.Group):
    """Loads the one command that is called."""

    def invoke(self, ctx: click.Context) -> Any:
        """One command, one process: little of what it makes is a cycle, so that Python need seldom look for them."""
        gc.set_threshold(20_000, 20, 20)
        return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = named(_COMMANDS[cmd_name])
        return command


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="csdl-bridge")
def main() -> None:
    """Đóng gói học liệu · Pack lessons: SCORM 1.2, SCORM 2004, xAPI, cmi5."""


if __name__ == "__main__":
    main()
