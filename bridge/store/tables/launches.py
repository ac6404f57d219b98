"""LTI: who is registered, our keys, logins and visits, what failed."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

registrations = sa.Table(
    "lti_registrations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("client_id", sa.Text, nullable=False),
    sa.Column("auth_url", sa.Text, nullable=False),
    sa.Column("token_url", sa.Text, nullable=False),
    sa.Column("jwks_url", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Index("uq_lti_registrations_client", "school", "issuer", "client_id", unique=True),
)

deployments = sa.Table(
    "lti_deployments",
    metadata,
    sa.Column("registration", sa.Text, sa.ForeignKey("lti_registrations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("deployment", sa.Text, primary_key=True),
    sa.Column("since", Moment, nullable=False),
)

keys = sa.Table(
    "lti_keys",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("kid", sa.Text, primary_key=True),
    sa.Column("private", sa.LargeBinary, nullable=False),  # sealed PEM
    sa.Column("public", sa.Text, nullable=False),  # JWK
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("retired_at", Moment, nullable=True),
)

logins = sa.Table(
    "lti_logins",
    metadata,
    sa.Column("state", sa.LargeBinary, primary_key=True),  # SHA-256, as the binding
    sa.Column("registration", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("binding", sa.LargeBinary, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Index(None, "until"),
)

invitations = sa.Table(
    "lti_invitations",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("word", sa.LargeBinary, primary_key=True),  # SHA-256
    sa.Column("until", Moment, nullable=False),
)

cases = sa.Table(
    "lti_cases",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("registration", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON
    sa.Index(None, "school", "at"),
)

faces = sa.Table(
    "lti_faces",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("identifier", sa.LargeBinary, nullable=False),  # HMAC-SHA-256, as in the vault
    sa.Column("since", Moment, nullable=False),
    sa.Index(None, "school", "platform", "identifier"),
)

visits = sa.Table(
    "visits",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("session", sa.LargeBinary, nullable=False),  # SHA-256 of the browser's secret
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # who and by which launch: names are personal
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Index(None, "until"),
)

access_tokens = sa.Table(
    "lti_tokens",
    metadata,
    sa.Column("registration", sa.Text, sa.ForeignKey("lti_registrations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("scopes", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("until", Moment, nullable=False),
)
