"""Serves the example site from a folder that was made before, over http or https, until it is told to stop.

python -m tests.attacks.serve PORT [CERTIFICATE], where the file CERTIFICATE holds certificate and key. The site's
settings come from the environment, as `example_project/settings.py` reads them.
"""

from __future__ import annotations

import signal
import ssl
import sys
from types import FrameType

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

LOOPBACK = "127.0.0.1"


def serve(port: int, certificate: str = "") -> None:
    """Answer until interrupted."""
    with ThreadedWSGIServer((LOOPBACK, port), WSGIRequestHandler) as server:
        server.daemon_threads = True
        if certificate:
            _speak_tls(server, certificate)
        server.set_app(get_wsgi_application())
        server.serve_forever()


def _speak_tls(server: ThreadedWSGIServer, certificate: str) -> None:
    """The handshake takes place in the thread of its request, so that a slow one holds up nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.base_environ["HTTPS"] = "on"


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    serve(int(sys.argv[1]), *sys.argv[2:])
