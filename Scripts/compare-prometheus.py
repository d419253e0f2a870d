#!/usr/bin/env python3
"""Ask a real Prometheus and tocsin the same questions about the same samples.

  compare-prometheus.py --tocsin .build/debug/tocsin
      [--data FILE.om] [--queries FILE] [--start T --end T --step SECONDS] [--mode range|instant|both]

Needs `prometheus` and `promtool` (Debian: apt-get install prometheus). A server of its own is filled
with the data (promtool tsdb create-blocks-from openmetrics), listens on a free port of the loopback
and ends with the script. Without --data a small seeded recording is made; without --queries those of
Scripts/compare-prometheus.txt are asked, one a line, `!` before what both must refuse. A file of JSON
lines works as well: {"query": "...", "should_fail": false}.

Equal means: the same series, the same times, values within 1e-5 of the smaller magnitude, NaN = NaN.
An instant vector is compared as a set. Exit status 0 when all agree, 1 when not, 77 when there is no
Prometheus. Debian's 2.42 has closed windows where Prometheus 3 has left-open ones: keep samples off
the boundaries of windows, as the seeded recording does. Names of labels are held to its rules.
"""
import argparse
import concurrent.futures
import json
import math
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

TOLERANCE = 1e-5
START = 1767225600  # 2026-01-01T00:00:00Z
SPAN, INTERVAL = 5400, 15
BOUNDS = ["0.005", "0.025", "0.1", "0.5", "2.5", "+Inf"]


def recording(path, seed=42):
    """Writes OpenMetrics: gauges of both signs, counters with a restart, histograms, a series with gaps."""
    families = {}

    def put(family, kind, name, labels, moment, value):
        text = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
        rows = families.setdefault(family, (kind, {}))[1].setdefault(f"{name}{{{text}}}", [])
        rows.append(f"{value!r} {moment:.3f}")

    for number, instance in enumerate(["web-1:9100", "web-2:9100", "db-1:9100"]):
        pick = random.Random(seed + number)
        here = {"instance": instance, "job": instance.split("-")[0]}
        total, counts, summed = {"200": 0.0, "500": 0.0}, [0] * len(BOUNDS), 0.0
        for k in range(SPAN // INTERVAL):
            # Off every whole second, so that no sample stands on the boundary of a window.
            moment = START + k * INTERVAL + 1.271 + 3.3 * number + pick.uniform(-0.004, 0.004)
            wave = math.sin(k / 30 + number)
            put("temperature", "gauge", "temperature", here, moment, 20 * wave + pick.gauss(0, 2))
            put("replicas", "gauge", "replicas", here, moment, float(pick.randrange(1, 5)))
            put("booted", "gauge", "booted", here, moment, float(START - 3600 * (number + 1)))
            if (k + 13 * number) % 50 < 20:
                put("flaky", "gauge", "flaky", here, moment, float(k % 7))
            if number == 1 and k == 200:
                total, counts, summed = dict.fromkeys(total, 0.0), [0] * len(BOUNDS), 0.0
            for code, pace in (("200", 40), ("500", 2)):
                total[code] += max(0, int(pick.gauss(pace * (1 + 0.5 * wave), pace / 4)))
                put("requests", "counter", "requests_total", dict(here, code=code), moment, total[code])
            for _ in range(10):
                seconds = math.exp(pick.gauss(-3, 1.2))
                summed += seconds
                for i, bound in enumerate(BOUNDS):
                    counts[i] += bound == "+Inf" or seconds <= float(bound)
            for i, bound in enumerate(BOUNDS):
                put("latency", "histogram", "latency_bucket", dict(here, le=bound), moment, counts[i])
            put("latency", "histogram", "latency_count", here, moment, counts[-1])
            put("latency", "histogram", "latency_sum", here, moment, summed)
    with open(path, "w") as out:
        for family, (kind, series) in sorted(families.items()):
            out.write(f"# TYPE {family} {kind}\n")
            # A point of a histogram keeps its samples together.
            groups = {}
            for name in series:
                groups.setdefault(name.split('instance="')[1].split('"')[0] if kind == "histogram" else name, []).append(name)
            for names in groups.values():
                for rows in zip(*(series[name] for name in names)):
                    out.writelines(f"{name} {row}\n" for name, row in zip(names, rows))
        out.write("# EOF\n")


def questions(path):
    """The queries of a file, as (query, must fail)."""
    with open(path) as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    if lines and lines[0].startswith('{"'):
        return [(row["query"], row.get("should_fail", False)) for row in map(json.loads, lines)]
    return [(line.lstrip("!"), line.startswith("!")) for line in lines]


class Prometheus:
    """A server of our own on a folder of blocks."""

    def __init__(self, data, folder, features):
        blocks = os.path.join(folder, "blocks")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", data, blocks],
                       check=True, stdout=subprocess.DEVNULL)
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w") as out:
            out.write("global: {}\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.log = open(os.path.join(folder, "log"), "w+")
        command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={blocks}",
                   f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=100y"]
        if features:
            command.append("--enable-feature=" + ",".join(features))
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.base + "/-/ready", timeout=5).read()
                return
            except OSError:
                time.sleep(0.1)
        self.close()
        raise SystemExit(f"prometheus did not start, see {self.log.name}")

    def ask(self, query, moments):
        path = "query" if len(moments) == 1 else "query_range"
        names = ["time"] if len(moments) == 1 else ["start", "end", "step"]
        body = urllib.parse.urlencode(dict(zip(names, moments), query=query)).encode()
        try:
            with urllib.request.urlopen(f"{self.base}/api/v1/{path}", data=body, timeout=60) as answer:
                return json.load(answer)["data"], ""
        except urllib.error.HTTPError as error:
            return None, error.read().decode(errors="replace")

    def close(self):
        self.process.terminate()
        self.process.wait()


class Tocsin:
    """The program, started once a question."""

    def __init__(self, program, data):
        self.program, self.data = program, data

    def ask(self, query, moments):
        when = (["--at", str(moments[0])] if len(moments) == 1 else
                ["--start", str(moments[0]), "--end", str(moments[1]), "--step", f"{round(moments[2] * 1000)}ms"])
        run = subprocess.run([self.program, "query", "--output", "json", "--name-validation", "legacy", *when, "--", query, self.data],
                             capture_output=True, text=True)
        if run.returncode != 0:
            return None, f"exit status {run.returncode}: {run.stderr.strip()}"
        return json.loads(run.stdout)["data"], ""


def same(a, b):
    if a == b:
        return True
    a, b = float(a), float(b)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or (not math.isinf(a) and not math.isinf(b) and abs(a - b) <= TOLERANCE * min(abs(a), abs(b)))


def difference(want, got):
    """Empty when both answers agree, else where they first do not."""
    if want["resultType"] != got["resultType"]:
        return f'{want["resultType"]} wanted, {got["resultType"]} found'
    if want["resultType"] in ("scalar", "string"):
        return "" if same(want["result"][1], got["result"][1]) else f'{want["result"]} wanted, {got["result"]} found'

    def table(answer):
        return {json.dumps(row["metric"], sort_keys=True): row.get("values") or [row["value"]]
                for row in answer["result"]}
    wanted, found = table(want), table(got)
    for name in sorted(wanted.keys() ^ found.keys()):
        return f'series {"missing" if name in wanted else "extra"}: {name}'
    for name, rows in wanted.items():
        if [round(row[0] * 1000) for row in rows] != [round(row[0] * 1000) for row in found[name]]:
            return f"{name}: {len(rows)} points wanted, {len(found[name])} found, or other times"
        for a, b in zip(rows, found[name]):
            if not same(a[1], b[1]):
                return f"{name} at {a[0]}: {a[1]} wanted, {b[1]} found"
    return ""


def compare(server, program, case):
    query, must_fail, moments = case
    want, refused = server.ask(query, moments)
    got, failed = program.ask(query, moments)
    if must_fail or want is None:
        if want is not None:
            return "Prometheus accepts it"
        return "" if got is None else f"only Prometheus refuses it: {refused.strip()}"
    return difference(want, got) if got is not None else f"only tocsin refuses it: {failed}"


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tocsin", default=".build/debug/tocsin")
    options.add_argument("--data")
    options.add_argument("--queries", default=os.path.join(here, "compare-prometheus.txt"))
    options.add_argument("--start", type=float, default=START + 3900.5)
    options.add_argument("--end", type=float, default=START + 4500.5)
    options.add_argument("--step", type=float, default=10)
    options.add_argument("--mode", choices=["range", "instant", "both"], default="both")
    chosen = options.parse_args()
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        print("no prometheus here: apt-get install prometheus", file=sys.stderr)
        return 77
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        data = chosen.data or os.path.join(folder, "data.om")
        if not chosen.data:
            recording(data)
        server = Prometheus(data, folder, ["promql-at-modifier", "promql-negative-offset"])
        program = Tocsin(os.path.abspath(chosen.tocsin), data)
        spans = {"range": [chosen.start, chosen.end, chosen.step], "instant": [chosen.end]}
        try:
            for mode in spans if chosen.mode == "both" else [chosen.mode]:
                cases = [(query, must_fail, spans[mode]) for query, must_fail in questions(chosen.queries)]
                with concurrent.futures.ThreadPoolExecutor(2) as pool:
                    reasons = list(pool.map(lambda case: compare(server, program, case), cases))
                for (query, _, _), reason in zip(cases, reasons):
                    if reason:
                        print(f"FAIL {mode} {query}\n     {reason}")
                failed = sum(1 for reason in reasons if reason)
                bad += failed
                print(f"{mode}: {len(cases) - failed} passed, {failed} failed", flush=True)
        finally:
            server.close()
    return 0 if bad == 0 else 1


sys.exit(main())
