"""The nginx of docs/deploy.md in front of a server: passwords, origins, and what is not shown."""

import base64
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

CONF = Path(__file__).parents[1] / "docs" / "examples" / "deploy" / "nginx.conf"
OWN = "https://minsheng.example.edu"
# The password "word" for "teacher", as `openssl passwd -apr1` writes it.
USERS = "teacher:$apr1$minsheng$BEzEmQ4/qYFPAVvDjUdS21\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Behind(BaseHTTPRequestHandler):
    """A server that tells what reached it."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.headers['Upgrade']} {self.headers['Authorization']}".encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of an nginx with the shipped configuration, on a free port."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        reason = "nginx is not installed, so the configuration cannot be tried"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    behind = HTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    port, folder = free_port(), tmp_path_factory.mktemp("nginx")
    text = CONF.read_text(encoding="utf-8").replace("8765", str(behind.server_port))
    (folder / "nginx.conf").write_text(text.replace("listen 8080", f"listen 127.0.0.1:{port}"))
    (folder / "users").write_text(USERS)
    # Where root starts nginx, the processes that answer are nobody, who may not read here.
    told = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    command = [nginx, "-p", folder, "-c", "nginx.conf", "-g", told, "-e", "error.log"]
    with subprocess.Popen(command) as server:
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            behind.shutdown()
            behind.server_close()


def wait_for(port, server, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("nginx did not start")


def asked(address, path="/", password="word", **headers):
    """Return the status and the text of an answer."""
    if password:
        pair = base64.b64encode(f"teacher:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def test_nobody_enters_without_a_password(address):
    assert asked(address, password="")[0] == 401
    assert asked(address, password="wrong")[0] == 401


def test_who_knows_the_password_reaches_the_page_and_the_password_does_not(address):
    assert asked(address, Origin=OWN) == (200, "None None")


def test_a_page_of_another_site_may_not_connect(address):
    assert asked(address, Origin="https://elsewhere.example", Upgrade="websocket")[0] == 403


def test_a_connection_of_the_page_is_passed_on(address):
    assert asked(address, Origin=OWN, Upgrade="websocket") == (200, "websocket None")


def test_how_busy_the_server_is_stays_inside(address):
    assert asked(address, "/resourcez")[0] == 404
