"""A city over TLS: the authority that the settings name is trusted, and nobody else."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bridge.domain.errors import Unreachable
from tests.csdl.peer import UNIT, Peer, rows_answer, score_row, submission


class Authority(NamedTuple):
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    file: Path


class SafePeer(Peer):
    """The same city behind TLS."""

    def __init__(self, certificate: Path) -> None:
        super().__init__({"LayDiem": lambda asked: rows_answer(asked, [score_row()])})
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)

    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:")

    def take(self) -> ssl.SSLSocket:
        line, _ = self._socket.accept()
        try:
            return self._tls.wrap_socket(line, server_side=True)
        except ssl.SSLError:  # the client has hung up on our certificate: the next one, please
            line.close()
            return self.take()


def make_authority(folder: Path, name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _builder(subject, subject, key.public_key()).add_extension(x509.BasicConstraints(True, 0), critical=True)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    signed = made.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    file = folder / f"{name}.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return Authority(subject, key, file)


def issue(authority: Authority, folder: Path, host: str) -> Path:
    """A certificate for an address, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "city")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    made = _builder(subject, authority.name, key.public_key()).add_extension(names, critical=False)
    signed = made.sign(authority.key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{host}.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    today = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=today - timedelta(days=1),
        not_valid_after=today + timedelta(days=1),
    )


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return make_authority(tmp_path, "ours")


def test_the_named_authority_is_trusted(ours: Authority, tmp_path: Path) -> None:
    with SafePeer(issue(ours, tmp_path, "127.0.0.1")) as peer:
        assert len(peer.city(ca_file=str(ours.file)).scores([UNIT])[UNIT]) == 1


def test_another_authority_is_not_and_gets_no_password(ours: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path, "other")
    with SafePeer(issue(other, tmp_path, "127.0.0.1")) as peer:
        for trusted in (str(ours.file), ""):  # "": the authorities that everybody trusts
            with pytest.raises(Unreachable) as caught:
                peer.city(ca_file=trusted).scores([UNIT])
            assert caught.value.facts["reason"] == "BAD_CERTIFICATE"
        with pytest.raises(Unreachable):
            peer.city(ca_file=str(ours.file)).submit(submission())
        assert peer.asked == []


def test_a_certificate_for_another_host_is_refused(ours: Authority, tmp_path: Path) -> None:
    with SafePeer(issue(ours, tmp_path, "127.0.0.2")) as peer, pytest.raises(Unreachable) as caught:
        peer.city(ca_file=str(ours.file)).scores([UNIT])
    assert caught.value.facts["reason"] == "BAD_CERTIFICATE"
    assert peer.asked == []
