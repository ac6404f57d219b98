"""Where an activity's column is, when its launch does not say."""

from bridge.ports.gradebooks import Gradebooks


def column_of(books: Gradebooks, registration: str, collection: str, *, resource_link: str) -> str:
    """The one column that the platform's own list has for this activity; "" for none and for several.

    Moodle 4.5 lists a new column beside the trace of an earlier one and then names neither in launches
    (`gradebookservices::get_launch_parameters`: more than one, so none), until its nightly clean-up.
    """
    mine = [item.url for item in books.line_items(registration, collection) if item.link == resource_link]
    return mine[0] if len(mine) == 1 else ""
