"""LTI 1.3 at the HTTP line: cookies, forms, pages. What a message means is `bridge/lti`'s, behind `ports.launches`."""

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.web import cookies
from bridge.web.doors import public
from bridge.web.house import house
from bridge.web.rates import Rate
from bridge.web.visiting import begin

bp = Blueprint("lti", __name__, url_prefix="/lti")

# OIDC third-party initiated login (LTI 1.3 Security Framework 1.0 §5.1.1.1): what a new window is handed on.
LOGIN = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "lti_deployment_id", "client_id")


@bp.route("/login", methods=["GET", "POST"])
@public(rate=Rate.LAUNCH, foreign_forms=True)
def login() -> Response:
    """Set the cookie and find out whether it comes back, before the hints of the platform are used up."""
    said = {name: value for name, value in request.values.items() if name in LOGIN}
    going = house().tool.login(said, binding=cookies.binding())
    page = make_response(render_template("lti/going.html", going=going, said=said))
    cookies.put(page, cookies.BINDING, going.binding, seconds=cookies.LOGIN_SECONDS)
    return page


@bp.get("/cookie")
@public(rate=Rate.LAUNCH)
def cookie() -> Response:
    """Asked by the page of `login`: did the cookie come back?"""
    return make_response("yes" if cookies.binding() else "no", {"Content-Type": "text/plain"})


@bp.post("/launch")
@public(rate=Rate.LAUNCH, foreign_forms=True)
def launch() -> AnyResponse:
    found = house().tool.launch(request.form.to_dict(), binding=cookies.binding())
    return begin(house().visitors.recognise(found), found, language=found.language)


@bp.get("/jwks")
@public()
def jwks() -> Response:
    return jsonify(house().tool.jwks())


@bp.get("/register/<invitation>")
@public(rate=Rate.REGISTER)
def register(invitation: str) -> str:
    """LTI Dynamic Registration 1.0: the platform opens this in a window of its own, with where its configuration is."""
    asked = request.args
    made = house().tool.register(
        asked.get("openid_configuration", ""), asked.get("registration_token", ""), invitation=invitation
    )
    return render_template("lti/registered.html", made=made)


@bp.get("/registration/<registration>")
@public(rate=Rate.LAUNCH)
def registration(registration: str) -> str:
    """How far a registration has come, for the page that waits: by its random id, nothing else is told."""
    return render_template("lti/registration_state.html", made=house().registrations.find(registration))
