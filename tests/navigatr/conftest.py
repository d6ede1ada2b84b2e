"""A certificate of our own, a clock for calls that must end, and answers without a network."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from issuing.navigatr import Channel
from issuing.navigatr.channel import Call, _Session
from issuing.workflow.outcomes import Seen


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a self-signed certificate for loopback and for the real host's name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    names = [x509.DNSName("api.navigatr.app"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def grace(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets how much longer than its read time-out a call may take, in seconds."""

    def set_grace(seconds: float) -> None:
        monkeypatch.setattr("issuing.navigatr.config.GRACE_SECONDS", seconds)

    return set_grace


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[responses.RequestsMock]:
    """Answers calls without a network: the connection counts as open, and every call as written."""
    exchange = Channel._exchange

    def written(self: Channel, call: Call) -> Seen:
        self._wire.wrote = True
        return exchange(self, call)

    monkeypatch.setattr(_Session, "connect_ahead", lambda self: None)
    monkeypatch.setattr(Channel, "_exchange", written)
    with responses.RequestsMock() as mock:
        yield mock
