#!/usr/bin/env python3
"""Hostile clients against a running server: each case says what it saw.

    Scripts/security-test.py [--tocsin BINARY] [--connections 100000] [CASE ...]

Cases: bomb, huge-body, slow-loris, headers, script, traversal, tokens, secrets. That redirects of webhooks are
not followed, and that nothing but configured addresses is asked, is tested in NotificationsTests.
"""
import argparse
import concurrent.futures
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sidecar import Sidecar, binary  # noqa: E402

RULES = """\
groups:
  - {name: g, interval: 1s, rules: [{alert: Hot, expr: heat > 10, labels: {severity: critical}}]}
"""


@contextlib.contextmanager
def server(tocsin, more=""):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "rules.yml"), "w") as out:
            out.write(RULES)
        with open(os.path.join(folder, "tocsin.yaml"), "w") as out:
            out.write("rules: [rules.yml]\n" + more)
        life = Sidecar(tocsin, folder, "--config", "tocsin.yaml")
        life.folder = folder
        try:
            yield life
            assert life.ask("/-/healthy")[0] == 200, "the server does not answer any more"
        finally:
            if life.process.poll() is None:
                status = life.stop()
                assert status == 0, f"exit status {status}"


def memory(life):
    with open(f"/proc/{life.process.pid}/status") as facts:
        return int(re.search(r"VmHWM:\s+(\d+)", facts.read()).group(1)) / 1024


def connect(life):
    return socket.create_connection(("127.0.0.1", life.port), timeout=30)


def bomb(tocsin, options):
    """10 GB of one byte, packed by gzip: refused before it is unpacked."""
    packer = zlib.compressobj(9, wbits=31)
    block, parts = b"a" * (1 << 24), []
    for _ in range(640):
        parts.append(packer.compress(block))
    body = b"".join(parts) + packer.flush()
    with server(tocsin) as life:
        for path, kind in (("/api/v1/ingest", "text/plain"), ("/write", "text/plain"),
                           ("/v1/metrics", "application/x-protobuf")):
            status, _ = life.ask(path, "POST", body, {"Content-Encoding": "gzip", "Content-Type": kind})
            assert status == 413, f"{path}: {status}"
        most = memory(life)
    assert most < 1000, f"{most:.0f} MB"
    return f"{len(body) >> 20} MiB that unpack to 10 GiB: 413 everywhere, at most {most:.0f} MB resident"


def huge_body(tocsin, options):
    """A body of 1 GB, announced and not announced."""
    seen = []
    with server(tocsin) as life:
        for head in (b"Content-Length: 1073741824", b"Transfer-Encoding: chunked"):
            link = connect(life)
            link.sendall(b"POST /api/v1/ingest HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
            sent = 0
            block = b"x" * (1 << 20)
            chunk = b"%x\r\n" % len(block) + block + b"\r\n" if b"chunked" in head else block
            try:
                while sent < 1 << 30:
                    link.sendall(chunk)
                    sent += len(block)
            except OSError:
                pass
            with contextlib.suppress(OSError):
                answer = link.recv(100)
                assert answer.startswith(b"HTTP/1.1 413") or not answer, answer
                seen.append((answer[9:12].decode() or "closed", sent >> 20))
            link.close()
            # The limit, as much again, and what sockets hold.
            assert sent < 1 << 28, f"{sent >> 20} MiB were taken"
            assert life.push("heat 1\n") == 200
        most = memory(life)
    assert most < 600, f"{most:.0f} MB"
    return f"answers and MiB sent until then: {seen}; at most {most:.0f} MB resident"


def slow_loris(tocsin, options):
    """Heads that come byte by byte on 200 connections: others are answered, and each of these is closed."""
    with server(tocsin) as life:
        links = []
        for _ in range(200):
            link = connect(life)
            link.sendall(b"GET /-/healthy HTTP/1.1\r\nX-A: ")
            link.setblocking(False)
            links.append(link)
        begin, served, closed = time.time(), None, 0
        while time.time() - begin < 100 and (served is None or closed < len(links)):
            for link in list(links):
                with contextlib.suppress(BlockingIOError):
                    try:
                        link.send(b"a")
                        if link.recv(100) == b"":
                            raise OSError
                    except BlockingIOError:
                        raise
                    except OSError:
                        link.close()
                        links.remove(link)
                        closed += 1
            if served is None and life.ask("/-/healthy", timeout=1)[0] == 200:
                served = time.time() - begin
            time.sleep(0.5)
            if not links:
                break
        for link in links:
            link.close()
        assert served is not None, f"nobody else was answered in 100 s; {closed} of 200 were closed"
        assert closed == 200, f"only {closed} of 200 were closed in 100 s"
        time.sleep(1)
    return f"somebody else was answered after {served:.1f} s; {closed} of 200 were closed in {time.time() - begin:.0f} s"


def headers(tocsin, options):
    """So many connections one after the other, each with 8 KB of headers; and a head without end."""
    head = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + b"".join(
        b"X-Header-%d: %s\r\n" % (n, b"v" * 180) for n in range(40)) + b"\r\n"
    with server(tocsin) as life:
        def one(_):
            with connect(life) as link:
                link.sendall(head)
                return link.recv(64).startswith(b"HTTP/1.1 200")

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert all(pool.map(one, range(2000)))
            before = memory(life)
            good = sum(pool.map(one, range(options.connections)))
        after = memory(life)
        assert good == options.connections, f"{good} were answered"
        assert after < before * 1.3 + 20, f"{before:.0f} MB, then {after:.0f} MB"
        link, sent = connect(life), 0
        link.sendall(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(OSError):
            while sent < 1 << 24:
                link.sendall(b"X-A: " + b"v" * 1000 + b"\r\n")
                sent += 1007
        assert sent < 1 << 24, "a head of 16 MiB was taken"
        answer = link.recv(64)
        assert answer.startswith(b"HTTP/1.1 400"), answer
        link.close()
    return f"{good} connections, {before:.0f} MB then {after:.0f} MB; an endless head ends after {sent >> 10} KiB"


def script(tocsin, options):
    """Markup in labels, expressions, notes and ids comes out as text."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    with server(tocsin) as life:
        assert life.push(f'heat{{service="{evil}"}} 11\n') == 200
        assert life.wait(lambda: "incident.opened" in life.output())
        number = life.json("/api/v1/incidents")["data"][0]["id"]
        life.ask(f"/api/v1/incidents/{number}/note", "POST", '{"text": "%s"}' % evil,
                 {"Content-Type": "application/json"})
        pages = ["/", f"/incidents/{number}", "/rules", "/explore?expr=heat", "/changes", "/health",
                 "/explore?expr=" + "%3Cscript%3Ealert(1)%3C/script%3E", "/incidents/%3Cscript%3E",
                 f"/api/v1/incidents/{number}/report?format=html"]
        for path in pages:
            text = life.ask(path)[1]
            assert "<script>alert" not in text and "<img src=x" not in text, path
            assert "javascript:" not in text, path
    return f"{len(pages)} pages"


def traversal(tocsin, options):
    """Paths out of the tree find nothing."""
    paths = ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/incidents/..%2f..%2fetc%2fpasswd",
             "/page.css/../../etc/passwd", "/..%5c..%5cetc%5cpasswd", "//etc/passwd", "/%00/etc/passwd",
             "/api/v1/label/..%2f..%2fetc%2fpasswd/values"]
    with server(tocsin) as life:
        for path in paths:
            with connect(life) as link:
                link.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                answer = b""
                while block := link.recv(65536):
                    answer += block
            assert b"root:" not in answer, path
            assert answer[9:10] == b"4" or path.endswith("values"), (path, answer[:60])
    return f"{len(paths)} paths"


TOKENS = """\
tokens:
  - {name: agents, role: write, token: "${file:agents}", grace: 2s}
  - {name: people, role: operator, token: planted-people-secret}
  - {name: look, role: read, token: planted-look-secret}
notifications:
  receivers: [{name: hook, webhook: {url: "http://planted-user:planted-password@127.0.0.1:9/planted-path"}}]
  routes: [{receiver: hook}]
"""


def tokens(tocsin, options):
    """Roles, rotation with a grace period, and the end of that period."""
    with tempfile.TemporaryDirectory() as keys:
        path = os.path.join(keys, "agents")

        def rotate(text):
            with open(path, "w") as out:
                out.write(text)

        rotate("first-planted-token")
        with server_with_tokens(tocsin, path) as life:
            def push(token):
                return life.ask("/api/v1/ingest", "POST", "heat 1\n", bearer(token))[0]

            assert push("first-planted-token") == 200 and push("wrong") == 401
            assert life.ask("/api/v1/ingest", "POST", "heat 1\n")[0] == 401
            assert life.ask("/api/v1/rules", headers=bearer("first-planted-token"))[0] == 403
            assert life.ask("/-/reload", "POST", headers=bearer("planted-look-secret"))[0] == 403
            assert push("planted-look-secret") == 403
            rotate("second-planted-token")
            assert life.wait(lambda: push("second-planted-token") == 200)
            assert push("first-planted-token") == 200, "within its grace period"
            assert life.wait(lambda: push("first-planted-token") == 401, 15), "it never expires"
            assert push("second-planted-token") == 200
    return "401, 403, both within the grace period, the old one refused after it"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@contextlib.contextmanager
def server_with_tokens(tocsin, path):
    with server_open(tocsin, TOKENS.replace("${file:agents}", "${file:%s}" % path)) as life:
        yield life


@contextlib.contextmanager
def server_open(tocsin, more):
    """As `server`, whose health may be asked without a token."""
    with server(tocsin, more) as life:
        yield life


def secrets(tocsin, options):
    """No secret stands in any answer, log, event, report or saved file but the configuration."""
    with tempfile.TemporaryDirectory() as keys:
        path = os.path.join(keys, "agents")
        with open(path, "w") as out:
            out.write("first-planted-token")
        with server_with_tokens(tocsin, path) as life:
            people = bearer("planted-people-secret")
            life.ask("/api/v1/ingest", "POST", "heat 11\n", bearer("first-planted-token"))
            assert life.wait(lambda: "incident.opened" in life.output())
            life.wait(lambda: "notification" in life.errors(), 20)
            told = life.errors() + life.output()
            for where in ("/api/v1/status/config", "/metrics", "/health", "/", "/rules", "/api/v1/targets",
                          "/api/v1/status/flags", "/api/v1/openapi.json", "/api/v1/incidents"):
                told += life.ask(where, headers=people)[1]
            number = life.ask("/api/v1/incidents", headers=people)[1].split('"id":"')[-1][:16]
            told += life.ask(f"/api/v1/incidents/{number}/report", headers=people)[1]
            told += life.ask("/api/v1/rules", headers=bearer("wrong-planted-guess"))[1]
            told += subprocess.run(
                [tocsin, "run", "--config", "tocsin.yaml", "--print-config"], cwd=life.folder,
                capture_output=True, text=True).stdout
            for name in os.listdir(life.folder):
                if name.startswith("tocsin.sqlite") and not name.endswith("socket"):
                    with open(os.path.join(life.folder, name), "rb") as kept:
                        told += kept.read().decode("latin-1")
            found = sorted(set(re.findall(r"[\w-]*planted[\w-]*", told)))
            assert not found, found
    return "nowhere"


CASES = {"bomb": bomb, "huge-body": huge_body, "slow-loris": slow_loris, "headers": headers,
         "script": script, "traversal": traversal, "tokens": tokens, "secrets": secrets}


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tocsin")
    options.add_argument("--connections", type=int, default=100_000)
    options.add_argument("cases", nargs="*", default=list(CASES), metavar="CASE")
    options = options.parse_args()
    tocsin = binary(options.tocsin)
    failed = 0
    for name in options.cases:
        try:
            print(f"{name}: passed: {CASES[name](tocsin, options)}")
        except (AssertionError, RuntimeError, OSError) as error:
            failed += 1
            print(f"{name}: FAILED: {error}")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
