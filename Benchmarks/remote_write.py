"""A cheap sender of Prometheus remote write 1.0: bodies are made once, only their time stamps change.

Protobuf and snappy are written by hand, so that nothing needs to be installed: snappy's format allows
text that is not compressed at all. Sources: Prometheus remote write specification 1.0, protobuf's wire
format, snappy's format description.
"""
import http.client
import random
import struct
import time

SERVICES = ["checkout", "catalog", "search", "auth", "payments"]


def varint(number):
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def stamp(milliseconds):
    """Field 2 of a sample; a time of our days takes six bytes."""
    return b"\x10" + varint(milliseconds)


def time_series(labels, value):
    """A series with one sample, without the time stamp that ends it."""
    sample = b"\x09" + struct.pack("<d", value)
    pairs = b"".join(
        field(1, field(1, name.encode()) + field(2, text.encode()))
        for name, text in sorted(labels.items()))
    content = pairs + b"\x12" + varint(len(sample) + 7) + sample
    return b"\x0a" + varint(len(content) + 7) + content


def snappy(body):
    """`body` as one literal of snappy's block format."""
    return varint(len(body)) + b"\xfc" + struct.pack("<I", len(body) - 1) + body


class Share:
    """Series that are sent together, with the values of several rounds."""

    def __init__(self, series, rounds, seed):
        chance = random.Random(seed)
        self.count = len(series)
        self.rounds = [
            [time_series(labels, value(chance)) for labels, value in series] + [b""]
            for _ in range(rounds)]

    def body(self, milliseconds, number):
        return snappy(stamp(milliseconds).join(self.rounds[number % len(self.rounds)]))


def fleet(series, metrics):
    """So many series, host after host, and how a value of each is drawn."""
    made = []
    for place in range(series):
        host, metric = divmod(place, metrics)
        labels = {
            "__name__": f"fleet_metric_{metric:03d}", "instance": f"app-{host:06d}.prod.example:9100",
            "job": "app", "service": SERVICES[host % len(SERVICES)]}
        made.append((labels, lambda chance: round(chance.random(), 4)))
    return made


class Sender:
    """Posts bodies over one connection, and comes again where it is told to."""

    def __init__(self, port, host="127.0.0.1"):
        self.host, self.port = host, port
        self.connection = None
        self.put_off = 0
        self.refused = 0

    def send(self, body, path="/api/v1/write", patience=120):
        """Posts until it is taken; False when it is refused for good."""
        until = time.time() + patience
        while True:
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
                self.connection.request("POST", path, body, {
                    "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                    "X-Prometheus-Remote-Write-Version": "0.1.0"})
                answer = self.connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self.connection = None
                if time.time() > until:
                    raise
                self.put_off += 1
                time.sleep(0.1)
                continue
            if answer.status < 300:
                return True
            if answer.status != 429 and answer.status < 500:
                self.refused += 1
                return False
            if time.time() > until:
                raise TimeoutError(f"still {answer.status} after {patience} s")
            self.put_off += 1
            time.sleep(float(answer.headers.get("Retry-After") or 0.2))
