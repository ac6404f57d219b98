"""`content-packager preview`."""

import socket
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import waitress

from content_packager.cli_words import language_option
from content_packager.preview import staged
from content_packager.preview.app import make_app
from content_packager.problems import kinds
from content_packager.reading.package import RefusedPackage

_SAYS = {
    "vi": {"at": "Xem thử tại", "stop": "Ctrl+C để dừng.", "taken": "Cổng này đang có chương trình khác dùng"},
    "en": {"at": "Preview at", "stop": "Ctrl+C stops it.", "taken": "Another program uses this port"},
}


@click.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--port", default=0, show_default="a free one", help="Cổng trên máy này · port on this machine.")
@click.option("--open/--no-open", "browse", default=True, help="Mở trình duyệt · open the browser.")
@language_option
@click.pass_context
def preview_command(context: click.Context, *, file: Path, port: int, browse: bool, lang: str) -> None:
    """Xem thử một gói và mọi lời gọi của nó · Play a package on this machine and see its calls as they happen."""
    try:
        with staged(file) as stage, _listening(port, lang) as listener:
            app = make_app(stage, lang)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}{app.config['PLACE']}/"
            click.echo(f"{_SAYS[lang]['at']} {address}\n{_SAYS[lang]['stop']}")
            if browse:
                threading.Timer(0.5, webbrowser.open, (address,)).start()
            waitress.serve(app, sockets=[listener], threads=8, _quiet=True)
    except RefusedPackage as refused:
        for code in refused.codes:
            words = kinds()[code].words(lang)
            click.echo(f"{file}: {code}. {words.means} → {words.cure}", err=True)
        context.exit(1)


@contextmanager
def _listening(port: int, lang: str) -> Iterator[socket.socket]:
    """A socket of this machine alone."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as failed:
        listener.close()
        raise click.ClickException(f"{_SAYS[lang]['taken']}: {port}") from failed
    with listener:
        yield listener
