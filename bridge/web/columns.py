"""The column of a lesson's activity, where its launch names none.

Moodle 4.5 names no column in a launch while it keeps the trace of an earlier one of the activity: after grading was
switched off and on, until its nightly clean-up; and such traces come along from the recycle bin. Its list of columns
knows the one that belongs to the activity all the same.
"""

from contextlib import suppress
from dataclasses import replace

from bridge.domain.errors import RemoteError
from bridge.materials import results
from bridge.materials.passes import Player
from bridge.passback.columns import column_of
from bridge.ports.playing import Link
from bridge.web.contentcalls import send_scores
from bridge.web.gate import visit as here
from bridge.web.house import house


def in_its_column(player: Player, link: Link) -> Link:
    """The link of this launch with the column that its activity has now. Errors of the platform go through."""
    launch = here().launch
    assert launch is not None, "the link is one of a launch"
    if launch.scores is None or not launch.scores.line_items or launch.scores.line_item == link.line_item != "":
        return link
    books = house().app.gradebooks()
    url = column_of(books, link.registration, launch.scores.line_items, resource_link=link.resource_link)
    return player.attempts.ensure_link(player.school, replace(link, line_item=url or link.line_item))


def with_column(player: Player, link: Link) -> Link:
    """Likewise, asked only where none is known yet; what was reached meanwhile goes on its way into it."""
    if not link.terms.graded or link.line_item:
        return link
    with suppress(RemoteError):  # the page then says that there is no column, and the next one asks again
        link = in_its_column(player, link)
    if link.line_item:
        results.catch_up(player)
        send_scores()
    return link
