"""`bridge migrate | backup | restore`: keeping the database, and the way back."""

from pathlib import Path

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.rights import Action
from bridge.wiring.keeping import back_up, found_store, put_back


@click.command()
@pass_frame
def migrate(frame: Frame, /) -> int:
    """Đưa cơ sở dữ liệu lên phiên bản này · Bring the database to this version."""
    found_store(frame.settings)
    frame.tell({"migrated": True}, lambda: frame.say("said.migrated"))
    return DONE


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@pass_frame
def backup(frame: Frame, /, target: Path) -> int:
    """Sao lưu dữ liệu và khoá thành một tệp đã kiểm tra · Database and keys as one verified file."""
    Permits(frame).demand(Action.OPERATE)
    with frame.progress("progress.saving"):
        back_up(frame.settings, target)
    frame.tell({"backup": str(target)}, lambda: frame.say("said.backed_up", file=target))
    return DONE


@click.command()
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--overwrite", is_flag=True, help="Thay dữ liệu đang có · replace what is there.")
@pass_frame
def restore(frame: Frame, /, source: Path, overwrite: bool) -> int:
    """Phục hồi từ bản sao lưu · Put a backup back; it is verified first. Then run `bridge ledger rebuild`."""
    with frame.progress("progress.restoring"):
        put_back(frame.settings, source, overwrite=overwrite)
    frame.tell({"restored": str(source)}, lambda: frame.say("said.restored", file=source))
    return DONE
