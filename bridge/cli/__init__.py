"""The command line. One group, one module a family of commands; sentences come from `bridge/words`."""

import signal
import sys
from pathlib import Path

import click

from bridge.cli.anywhere import JSON_HELP, LANG_HELP, LANGUAGES, take_anywhere
from bridge.cli.check import check
from bridge.cli.demo import demo
from bridge.cli.entry import run
from bridge.cli.frame import Frame
from bridge.cli.holds import holds
from bridge.cli.jobs import jobs
from bridge.cli.lrs import lrs
from bridge.cli.lti import lti
from bridge.cli.mapping import mapping
from bridge.cli.notices import notices
from bridge.cli.participation import participation
from bridge.cli.passback import passback
from bridge.cli.policy import policy, roles
from bridge.cli.roster import courses, roster
from bridge.cli.runs import audit, ledger, runs, status
from bridge.cli.sandboxes import sandbox
from bridge.cli.schedule import schedule
from bridge.cli.serve import serve
from bridge.cli.setup import init
from bridge.cli.sync import sync
from bridge.cli.upkeep import backup, migrate, restore
from bridge.cli.workbook import workbook
from bridge.wiring.process import spare_the_collector


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--config", type=click.Path(path_type=Path), default="bridge.toml", envvar="BRIDGE_CONFIG")
@click.option("--as", "actor", envvar="BRIDGE_AS", metavar="MÃ", help="Ai đang làm · who acts: city or staff code.")
@click.option("--json", "as_json", is_flag=True, help=JSON_HELP)
@click.option("--lang", type=click.Choice(LANGUAGES), envvar="BRIDGE_LANGUAGE", help=LANG_HELP)
@click.version_option(package_name="csdl-bridge")
@click.pass_obj
def bridge(frame: Frame, config: Path, actor: str | None, as_json: bool, lang: str | None) -> None:
    """Cầu nối điểm từ Moodle sang CSDL ngành · Marks from Moodle into the city's education database."""
    frame.config, frame.actor_id, frame.as_json, frame.language = config, actor, as_json, lang


for command in (
    serve, lti, passback, participation, lrs,
    init, check, migrate, roster, courses, mapping, policy, roles, sync, runs, holds, status, audit, ledger,
    jobs, schedule, notices, backup, restore, sandbox, demo, workbook,
):  # fmt: skip
    take_anywhere(command)
    bridge.add_command(command)


def main() -> None:
    """Entry point of the script `bridge`. On SIGTERM it gives back its lease and stops what it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    spare_the_collector()
    sys.exit(run(bridge, sys.argv[1:]))
