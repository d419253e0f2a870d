"""A shop of three pages on loopback; `--slow PATH=FACTOR` makes one of them slower.

Prints its port on the first line and serves until its standard input is closed.
"""

import argparse
import http.server
import random
import sys
import threading
import time

PAGES = {"/catalog": 0.008, "/basket": 0.020, "/checkout": 0.030}


def handler(slow):
    chance = random.Random(7)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            usual = PAGES.get(self.path)
            if usual is not None:
                spread = chance.lognormvariate(0, 0.2)
                time.sleep(usual * spread * slow.get(self.path, 1.0))
            body = b"ok\n"
            self.send_response(200 if usual is not None else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slow", action="append", default=[], metavar="PATH=FACTOR")
    slow = {}
    for pair in parser.parse_args().slow:
        path, factor = pair.split("=")
        slow[path] = float(factor)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(slow))
    # Whoever asks may leave before the answer: no error of the server's.
    server.handle_error = lambda *_: None
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()


main()
