"""nginx from Debian with the shipped files: a prefix of its own, loopback only, as `nobody` where we are root."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deployment.deployed_site import DeployedSite
from tests.deployment.guide import put_in_place, text_of
from tests.faults.visitor import CLEAR, ONION, Visitor
from tests.journeys.demo_site import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "nginx"
LOOPBACK = "127.0.0.1"
MAIN = """
daemon off;
worker_processes 1;
pid {prefix}/nginx.pid;
error_log {log}/error.log info;
events {{ worker_connections 256; }}
http {{
    access_log {log}/access.log;
    client_body_temp_path {prefix}/body;
    proxy_temp_path {prefix}/proxy;
    fastcgi_temp_path {prefix}/fastcgi;
    uwsgi_temp_path {prefix}/uwsgi;
    scgi_temp_path {prefix}/scgi;
    include {prefix}/conf.d/*.conf;
    include {prefix}/sites/*.conf;
}}
"""
"""What a distribution's nginx.conf holds around a site's file: an access log and an error log for everything else. The
error log is at `info`, which writes more than the default does."""


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A running nginx. `written` is the text of all its logs."""

    prefix: Path
    http_port: int
    https_port: int
    onion_port: int

    @property
    def log(self) -> Path:
        """What the guides call /var/log/nginx."""
        return self.prefix / "log"

    @property
    def written(self) -> str:
        """Every log it has, one after another."""
        return "".join(path.read_text("utf-8", "replace") for path in sorted(self.log.iterdir()))

    @property
    def left_behind(self) -> list[Path]:
        """Files in its folders for bodies and answers that were too large for memory."""
        folders = (self.prefix / name for name in ("body", "proxy"))
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]

    def visitor(self, **more: object) -> Visitor:
        """Somebody who comes over https, and trusts the throwaway certificate and nothing else."""
        return SecureVisitor(
            addresses=(f"{LOOPBACK}:{self.https_port}",), host=CLEAR, is_secure=True, tls=self._trust(), **more
        )

    def onion_visitor(self) -> Visitor:
        """Somebody whom tor hands over."""
        return Visitor(addresses=(f"{LOOPBACK}:{self.onion_port}",), host=ONION)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.prefix / "tls" / "fullchain.pem"))

    def say(self, request: bytes) -> bytes:
        """What it answers to these very bytes over TLS."""
        plain = socket.create_connection((LOOPBACK, self.https_port), timeout=10)
        with self._trust().wrap_socket(plain, server_hostname=CLEAR) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


class SecureVisitor(Visitor):
    """A visitor who speaks TLS and says nothing that a proxy would add."""

    def __init__(self, *, tls: ssl.SSLContext, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.tls = tls

    def _connection(self, address: str) -> http.client.HTTPConnection:
        return _Connection(address, self.tls, self.host)

    def _own_headers(self, method: str) -> dict[str, str]:
        return {name: value for name, value in super()._own_headers(method).items() if name != "X-Forwarded-Proto"}


class _Connection(http.client.HTTPSConnection):
    """To an address of this machine, under the name that the certificate has."""

    def __init__(self, address: str, tls: ssl.SSLContext, name: str) -> None:
        super().__init__(address, timeout=60, context=tls)
        self.tls, self.name = tls, name

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), timeout=60)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.name)


@contextlib.contextmanager
def running_nginx(site: DeployedSite, folder: str, *, server: str, conf: str = "") -> Iterator[Proxy]:
    """nginx with this server file, and this file beside it in conf.d; ended by its own pid."""
    ports = dict(zip(("http_port", "https_port", "onion_port"), (free_port() for _ in range(3)), strict=True))
    proxy = Proxy(prefix=site.root / folder, **ports)
    for name in ("log", "tls", "conf.d", "sites", "body", "proxy"):
        (proxy.prefix / name).mkdir(parents=True)
    make_certificate(proxy.prefix / "tls")
    _write(proxy, site, server=server, conf=conf)
    if os.geteuid() == 0:
        for path in (proxy.prefix, *proxy.prefix.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
    user = {"user": "nobody", "group": "nogroup", "extra_groups": ()} if os.geteuid() == 0 else {}
    words = [NGINX, "-p", str(proxy.prefix), "-c", str(proxy.prefix / "nginx.conf"), "-e", str(proxy.log / "error.log")]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **user)  # type: ignore[call-overload]
    try:
        _wait(proxy, process)
        yield proxy
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _write(proxy: Proxy, site: DeployedSite, *, server: str, conf: str) -> None:
    prefix = proxy.prefix
    told = {
        "listen 80;": f"listen {LOOPBACK}:{proxy.http_port};", "listen 443 ": f"listen {LOOPBACK}:{proxy.https_port} ",
        "/etc/ssl/survey": prefix / "tls",
    }  # fmt: skip
    here = {**site.places, "/var/log/nginx": str(proxy.log)}
    served = put_in_place(re.sub(r" *listen \[::\].*\n", "", server), told)
    onion = put_in_place(text_of("nginx-onion.conf"), {"127.0.0.1:8081": f"{LOOPBACK}:{proxy.onion_port}"})
    for name, text in (("sites/survey.conf", served), ("sites/onion.conf", onion), ("conf.d/log.conf", conf)):
        (prefix / name).write_text(_replaced(text, here), "utf-8")
    (prefix / "nginx.conf").write_text(MAIN.format(prefix=prefix, log=proxy.log), "utf-8")


def _replaced(text: str, places: Mapping[str, str]) -> str:
    for told, here in places.items():
        text = text.replace(told, here)
    return text


def _wait(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, proxy.https_port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(process.stderr.read() if process.stderr and process.poll() is not None else proxy.written)


def make_certificate(folder: Path) -> None:
    """A certificate for the survey's host name that nobody else trusts, under the names that the guide gives."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CLEAR)])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(CLEAR)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(private)
