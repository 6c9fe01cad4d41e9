"""Debian's PostgreSQL behind TLS, the authority that signs its certificate, and impostors that have another one.

Everything listens on 127.0.0.1, but is reached under a name that is no loopback address, as a real store would be.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.postgres_server import RunningPostgres, debian_binaries, running_postgres

HOST = "store.example"
ADDRESS = "127.0.0.1"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # PostgreSQL 16, "Message Formats", SSLRequest
ASK_FOR_PASSWORD = b"R" + struct.pack("!ii", 8, 3)  # the same, AuthenticationCleartextPassword
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A certificate and its private key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A throwaway certificate authority that keeps its files in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        self.certificate = folder / f"{name}.pem"
        ca = x509.BasicConstraints(ca=True, path_length=0)
        signed = self._builder(self._name, self._key, days_left=30).add_extension(ca, critical=True)
        self._own = signed.sign(self._key, hashes.SHA256())
        self.certificate.write_bytes(_pem(self._own))

    def identity(self, name: str, *, days_left: int = 30) -> Identity:
        """A signed certificate for a host or a login; out of date where there are no days left."""
        key = ec.generate_private_key(ec.SECP256R1())
        known_as = x509.SubjectAlternativeName([x509.DNSName(name)])
        signed = self._builder(_name(name), key, days_left=days_left).add_extension(known_as, critical=False)
        certificate = signed.sign(self._key, hashes.SHA256())
        held = Identity(
            certificate=self._folder / f"{name}-{certificate.serial_number}.pem",
            key=self._folder / f"{name}-{certificate.serial_number}.key",
        )
        held.certificate.write_bytes(_pem(certificate))
        held.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        held.key.chmod(0o600)
        return held

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days_left: int
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject).issuer_name(self._name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 60 * DAY).not_valid_after(now + days_left * DAY)
        )  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((ADDRESS, 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def tls_postgres(identity: Identity, *, clients: Path, port: int) -> Iterator[RunningPostgres]:
    """Debian's PostgreSQL: over TCP only with TLS, and with a password, or a certificate for the login `carded`.

    `clients` is the authority whose certificates let `carded` in.
    """

    def prepare(server: RunningPostgres) -> None:
        for source, name in ((identity.certificate, "server.crt"), (identity.key, "server.key"), (clients, "ca.crt")):
            place = Path(shutil.copy(source, server.data_dir / name))
            place.chmod(0o600)
            if server.as_nobody:
                shutil.chown(place, "nobody", "nogroup")
        with (server.data_dir / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"port = {port}\nssl = on\nssl_ca_file = 'ca.crt'\n")
        (server.data_dir / "pg_hba.conf").write_text(
            f"local all all trust\nhostssl all carded {ADDRESS}/32 cert\nhostssl all all {ADDRESS}/32 scram-sha-256\n",
            encoding="utf-8",
        )

    with running_postgres(binaries=debian_binaries(), addresses=ADDRESS, prepare=prepare) as server:
        yield server


@dataclass
class Impostor:
    """Somebody who stands where the store should be, and notes all that a client tells after the handshake."""

    port: int
    connections: int = 0
    heard: bytes = b""
    done: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def impostor(identity: Identity | None) -> Iterator[Impostor]:
    """An impostor with this certificate, or one that knows no TLS. It asks for the password in clear."""
    with socket.create_server((ADDRESS, 0)) as listening:
        seen = Impostor(port=int(listening.getsockname()[1]))
        thread = threading.Thread(target=_pose, args=(listening, identity, seen))
        thread.start()
        yield seen
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)


def _pose(listening: socket.socket, identity: Identity | None, seen: Impostor) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            seen.connections += 1
            connection.settimeout(5)
            with connection, contextlib.suppress(OSError):
                _listen_to(connection, identity, seen)


def _listen_to(connection: socket.socket, identity: Identity | None, seen: Impostor) -> None:
    first = connection.recv(8)
    if first != SSL_REQUEST:
        seen.heard += first
    connection.sendall(b"S" if identity else b"N")
    held = connection
    if identity:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(identity.certificate, identity.key)
        held = context.wrap_socket(connection, server_side=True)
    with held:
        seen.heard += held.recv(1000)
        if seen.heard:
            held.sendall(ASK_FOR_PASSWORD)
            seen.heard += held.recv(1000)
