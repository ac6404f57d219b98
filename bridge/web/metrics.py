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
    try:
        found = ip_address(address)
    except ValueError:  # a socket of the system, or what a proxy calls "unknown"
        return False
    plain = getattr(found, "ipv4_mapped", None) or found  # how a socket for both kinds names IPv4 (RFC 4291 §2.5.5.2)
    return any(plain in ip_network(network) for network in networks)
