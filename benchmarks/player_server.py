"""A school whose pupils are about to open a lesson, behind the waitress of `bridge serve`, in a process of its own.

`python -m benchmarks.player_server FOLDER PUPILS` tells in one line of JSON where it listens and with what each pupil
comes, and serves until its input ends.
"""

import json
import sys
from pathlib import Path
from threading import Event, Thread

from bridge.materials.passes import host_of, issue
from bridge.materials.playing import attempt_of
from bridge.ports.materials import Material
from bridge.ports.playing import Link, Terms
from bridge.web.app import create_app
from bridge.web.server import listen, open_server, serve
from tests.sync.harness import SCHOOL, open_school
from tests.web.classroom import publish
from tests.web.world import Pages, open_pages

DOMAIN = "noi-dung.example.net"
THREADS = 8  # as `web.threads` has it where nobody says otherwise


def main(folder: Path, pupils: int) -> None:
    school = open_school(folder)
    pages = open_pages(school)
    settings = pages.house.app.settings
    web = settings.web.model_copy(update={"content_url": f"https://*.{DOMAIN}"})
    object.__setattr__(settings, "web", web)  # frozen settings of this one process
    material = publish(pages, folder)
    told = {
        "url": school.url,
        "host": f"{host_of(material.newest.package)}.{DOMAIN}",
        "pupils": come(pages, material, pupils),
    }
    listening, ending = listen("127.0.0.1", 0), Event()
    Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
    print(json.dumps({**told, "port": listening.getsockname()[1]}), flush=True)
    serve(open_server(create_app(pages.house), listening, threads=THREADS), ending)
    school.store.close()


def come(pages: Pages, material: Material, pupils: int) -> list[tuple[str, str]]:
    """An attempt for each, and the token that stands in its page."""
    player = pages.house.app.player()
    found = []
    link = Link("bench", "m", "12", "r", material.id, "", Terms(), "", player.now())
    link = player.attempts.ensure_link(SCHOOL, link)
    for number in range(pupils):
        attempt = attempt_of(player, link, material, str(number))
        found.append((attempt.id, issue(player, material.newest.package, attempt)))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
