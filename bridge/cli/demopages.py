"""The demo's pages: the stand-in Moodle knows the bridge as a tool, and one address leads everywhere."""

import requests

from bridge.cli.demolesson import course_of_lesson, link_of
from bridge.cli.frame import Frame
from bridge.cli.serve import serve_on
from bridge.ports.materials import Material
from bridge.web.server import listen

SHOWN = ("10A1", "TOAN")  # whose course has the score sheet


def serve_demo(frame: Frame, lms: str, lesson: Material) -> None:
    """Register, put the score sheet and the lesson into their courses, and serve until somebody stops it.

    The stand-in is `localhost` and the pages are `127.0.0.1`: two sites, as in a real school.
    """
    listening, course, learning = listen("127.0.0.1", 0), _course(frame), course_of_lesson(frame).course
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    tool = _connect(frame, url, lms)
    sheet = {"op": "add_link", "tool": tool, "name": frame.words.page("link.title")}
    _post(f"{lms}/sandbox/changes", [sheet | {"course": each} for each in (course, learning)])
    _post(f"{lms}/sandbox/changes", [link_of(lesson, course=learning, tool=tool)])

    def ready(link: str) -> None:
        frame.say("demo.pages", url=f"{lms}/people/{course}")
        frame.say("demo.lesson_pages", url=f"{lms}/people/{learning}", name=lesson.about.title)
        frame.say("demo.setup", url=link)

    serve_on(frame, listening, url, ready=ready)


def _course(frame: Frame) -> int:
    app = frame.app
    rows = app.store.mappings.courses(app.school, app.year)
    return next(row.course for row in rows if (row.school_class, row.subject) == SHOWN)


def _connect(frame: Frame, url: str, lms: str) -> int:
    """What an administrator does once in Moodle: paste the address, activate the tool. Its number there."""
    app = frame.app
    invitation = app.store.invitations.offer(app.school, actor="demo", now=app.sync.world.now())
    asked = _post(f"{lms}/sandbox/registrations", {}).json()
    app.tool(url).register(asked["openid_configuration"], asked["registration_token"], invitation=invitation)
    known = requests.get(f"{lms}/sandbox/lti", timeout=30).json()
    tool = int(known["tools"][-1]["id"])
    _post(f"{lms}/sandbox/changes", {"op": "set_tool", "tool": tool, "state": "configured", "coursevisible": 2})
    return tool


def _post(url: str, body: object) -> requests.Response:
    reply = requests.post(url, json=body, timeout=30)
    reply.raise_for_status()
    return reply
