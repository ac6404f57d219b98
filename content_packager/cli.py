"""The command `content-packager`."""

import click

from content_packager.cli_build import build_command
from content_packager.cli_check import check_command, inspect_command, repair_command
from content_packager.cli_init import init_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="csdl-bridge")
def main() -> None:
    """Đóng gói học liệu · Pack lessons: SCORM 1.2, SCORM 2004, xAPI, cmi5."""


main.add_command(build_command)
main.add_command(init_command)
for command in (check_command, repair_command, inspect_command):
    main.add_command(command)
