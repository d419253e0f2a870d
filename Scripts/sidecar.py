"""A `tocsin run --listen` under test, somebody to be told of incidents, and a stream to push to it."""
import collections
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def binary(given, configuration="debug"):
    """The program: the one that was named, else one built from these sources."""
    if given:
        return os.path.abspath(given)
    build = ["swift", "build", "-c", configuration]
    subprocess.run([*build, "--product", "tocsin"], cwd=ROOT, check=True, stdout=sys.stderr)
    folder = subprocess.run([*build, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True,
                            text=True).stdout.strip()
    return os.path.join(folder, "tocsin")


class Sidecar:
    """One life of the program in `folder`."""

    def __init__(self, tocsin, folder, *arguments, name="life", environment=None, prefix=None,
                 wait=True):
        self.out = os.path.join(folder, name + ".out")
        self.err = os.path.join(folder, name + ".err")
        self.process = subprocess.Popen(
            [*(prefix or []), tocsin, "run", "--output", "json",
             *([] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]), *arguments],
            cwd=folder,
            stdout=open(self.out, "w"), stderr=open(self.err, "w"),
            env={**os.environ, **(environment or {})})
        self.port = None
        if wait:
            self.await_port()

    def await_port(self, seconds=120):
        until = time.time() + seconds
        while time.time() < until:
            found = re.search(r" port=(\d+) ", self.errors())
            if found:
                self.port = int(found.group(1))
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"not up, status {self.process.poll()}: {self.errors()[-2000:]}")

    def errors(self):
        with open(self.err, errors="replace") as text:
            return text.read()

    def output(self):
        with open(self.out, errors="replace") as text:
            return text.read()

    def lines(self):
        """What was told; a line that a kill cut in two was never told."""
        return [line for line in self.output().split("\n")
                if line.endswith("}") and '"event":"summary"' not in line]

    def ask(self, path, method="GET", body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def push(self, text):
        return self.ask("/api/v1/ingest", "POST", text.encode())[0]

    def json(self, path):
        return json.loads(self.ask(path)[1])

    def kill(self):
        self.process.kill()
        return self.process.wait(60)

    def stop(self, seconds=60):
        self.process.terminate()
        return self.process.wait(seconds)

    def wait(self, condition, seconds=60):
        until = time.time() + seconds
        while time.time() < until:
            if condition():
                return True
            time.sleep(0.02)
        return condition()


class Receiver:
    """A webhook: remembers the key of each message, and when it was answered and how."""

    def __init__(self, answer=lambda key, number: 200, pause=lambda: 0):
        self.answer, self.pause = answer, pause
        self.tries = collections.defaultdict(list)
        self.bodies = {}
        self.lock = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                message = json.loads(body)
                key = message["key"]
                with owner.lock:
                    number = len(owner.tries[key])
                    status = owner.answer(key, number)
                    owner.tries[key].append((time.time(), status))
                    if status < 300:
                        owner.bodies[key] = message
                time.sleep(owner.pause())
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    def delivered(self):
        with self.lock:
            return {key for key, tries in self.tries.items()
                    if any(status < 300 for _, status in tries)}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def journal(tocsin, folder, store="tocsin.sqlite"):
    """What the store says of every incident, in its order."""
    listed = subprocess.run([tocsin, "incident", "list", "--output", "json", "--store", store],
                            cwd=folder, capture_output=True, text=True, check=True).stdout
    told = [listed]
    for line in listed.splitlines():
        shown = subprocess.run(
            [tocsin, "incident", "show", json.loads(line)["incident"], "--store", store],
            cwd=folder, capture_output=True, text=True, check=True)
        told.append(shown.stdout)
    return told


CONFIGURATION = """\
rules: [rules.yml]
retention: 2h
notifications:
  receivers: [{{name: people, webhook: {{url: "{url}"}}}}]
  routes: [{{match: {{at_least: low}}, receiver: people, group_interval: 0s}}]
"""
