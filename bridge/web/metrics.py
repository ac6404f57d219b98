"""`/metrics` for the addresses that the settings name; for everybody else there is no such page."""

from ipaddress import ip_address, ip_network

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from bridge.metrics import CONTENT_TYPE, metrics_text
from bridge.web.doors import public
from bridge.web.house import house

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@public()
def show() -> Response:
    app = house().app
    if not _is_named(request.remote_addr or "", app.settings.web.metrics_from):
        abort(404)
    return Response(metrics_text(app), content_type=CONTENT_TYPE)


def _is_named(address: str, networks: tuple[str, ...]) -> bool:
    return bool(address) and any(ip_address(address) in ip_network(network) for network in networks)
