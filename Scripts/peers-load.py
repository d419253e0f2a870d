#!/usr/bin/env python3
"""A server among the real programs that it is used with, under load: is anything lost?

    Scripts/peers-load.py [--rate 50000] [--seconds 600] [--tocsin BINARY] [--peers FOLDER]

Prometheus scrapes pages with so many samples a second and writes them on by remote write, has an alert
of its own and takes the server for its Alertmanager; vmagent writes what a node exporter says, which the
server scrapes too; the server tells a real Alertmanager. In the end every sample that Prometheus has of
a window must be in the server: counts and sums by metric, asked with promtool, are compared. The programs
are those of Debian's packages (Scripts/peers.sh).
"""
import argparse
import contextlib
import http.client
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sidecar import ROOT, Sidecar, binary  # noqa: E402

METRICS = 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path, timeout=120):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


class Pages:
    """Targets with `size` series each; what they say differs from scrape to scrape."""

    def __init__(self, size):
        self.bodies = [
            "".join(f'load_{n % METRICS}{{shard="{n // METRICS}"}} {n * 7 % 89 + turn}\n'
                    for n in range(size)).encode() for turn in range(7)]
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = owner.bodies[int(time.time()) % 7]
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@contextlib.contextmanager
def program(path, arguments, folder, name):
    process = subprocess.Popen([path, *arguments], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=open(os.path.join(folder, name + ".err"), "w"))
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as out:
        out.write(text)


def configure(folder, ports, targets, page_port):
    write(folder, "rules.yml", """\
groups:
  - name: peers
    interval: 5s
    rules:
      - {record: 'load:sum', expr: 'sum by (shard) (load_0)'}
      - {alert: NodeIsUp, expr: 'up{job="node"} == 1', labels: {severity: high, service: node}}
      - {alert: LoadAverage, expr: 'avg_over_time(load_1[1m]) > 1e6'}
""")
    write(folder, "tocsin.yaml", f"""\
rules: [rules.yml]
scrape: [{{url: "http://127.0.0.1:{ports['exporter']}/metrics", interval: 5s, labels: {{job: node}}}}]
notifications:
  receivers: [{{name: am, alertmanager: {{url: "http://127.0.0.1:{ports['alertmanager']}"}}}}]
  routes: [{{match: {{at_least: low}}, receiver: am}}]
""")
    # Each target is the same page under another instance name.
    listed = "".join(f'          - targets: ["127.0.0.1:{page_port}"]\n'
                     f'            labels: {{instance: "app-{number:04d}"}}\n' for number in range(targets))
    write(folder, "alerts.yml", """\
groups:
  - name: foreign
    interval: 5s
    rules:
      - {alert: SaidByPrometheus, expr: 'count(load_0) > 0', labels: {severity: critical, service: shop}}
""")
    write(folder, "prometheus.yml", f"""\
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 5s}}
rule_files: [alerts.yml]
scrape_configs:
  - job_name: load
    honor_timestamps: false
    static_configs:
{listed}
remote_write:
  - url: http://127.0.0.1:{ports['tocsin']}/api/v1/write
    queue_config: {{max_samples_per_send: 5000, capacity: 50000, max_shards: 8}}
alerting:
  alertmanagers: [{{api_version: v2, static_configs: [{{targets: ["127.0.0.1:{ports['tocsin']}"]}}]}}]
""")
    write(folder, "vmagent.yml", f"""\
global: {{scrape_interval: 5s}}
scrape_configs:
  - {{job_name: vmagent-node, static_configs: [{{targets: ["127.0.0.1:{ports['exporter']}"]}}]}}
""")
    write(folder, "alertmanager.yml", "route: {receiver: none}\nreceivers: [{name: none}]\n")


def asked(promtool, port, query, moment):
    """What a server answers to promtool, by label set."""
    answer = subprocess.run(
        [promtool, "query", "instant", f"--time={moment}", f"http://127.0.0.1:{port}", query],
        capture_output=True, text=True, timeout=600)
    if answer.returncode != 0:
        return {"error": answer.stderr.strip()[:300]}
    return dict(re.findall(r"^(.*?) => (\S+) @", answer.stdout, re.M))


def settled(port, moment, seconds=180):
    """Waits until Prometheus has sent what it scraped until `moment`; gives how long that took."""
    begin = time.time()
    while time.time() - begin < seconds:
        text = ask(port, "/metrics")[1]
        found = re.search(
            r"^prometheus_remote_storage_queue_highest_sent_timestamp_seconds\{.*\} (\S+)", text, re.M)
        if found and float(found.group(1)) > moment + 5:
            break
        time.sleep(1)
    return time.time() - begin


def counter(text, name):
    return sum(float(value) for value in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", text, re.M))


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rate", type=int, default=50_000)
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--tocsin")
    options.add_argument("--peers", default=os.path.join(ROOT, ".build", "peers"))
    options = options.parse_args()
    tocsin = binary(options.tocsin, "release")
    subprocess.run([os.path.join(ROOT, "Scripts", "peers.sh"), options.peers], check=True)
    size = min(1000, options.rate)
    targets = options.rate // size
    pages = Pages(size)
    ports = {name: free_port() for name in ("exporter", "alertmanager", "prometheus", "vmagent", "tocsin")}

    def peer(name):
        return os.path.join(options.peers, name)

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as company:
        configure(folder, ports, targets, pages.port)
        company.enter_context(program(
            peer("prometheus-node-exporter"),
            [f"--web.listen-address=127.0.0.1:{ports['exporter']}"], folder, "exporter"))
        company.enter_context(program(
            peer("prometheus-alertmanager"),
            ["--config.file=alertmanager.yml", "--storage.path=am", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{ports['alertmanager']}"], folder, "alertmanager"))
        # The port was told to Prometheus already, so it is named here.
        life = Sidecar(tocsin, folder, "--config", "tocsin.yaml", "--listen",
                       f"127.0.0.1:{ports['tocsin']}")
        company.callback(lambda: life.process.poll() is None and life.kill())
        company.enter_context(program(
            peer("prometheus"),
            ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=warn",
             f"--web.listen-address=127.0.0.1:{ports['prometheus']}"], folder, "prometheus"))
        company.enter_context(program(
            peer("vmagent"),
            ["-promscrape.config=vmagent.yml", "-remoteWrite.tmpDataPath=queue",
             f"-remoteWrite.url=http://127.0.0.1:{ports['tocsin']}/api/v1/write",
             f"-httpListenAddr=127.0.0.1:{ports['vmagent']}"], folder, "vmagent"))
        time.sleep(20)
        first = int(time.time())
        time.sleep(options.seconds)
        last = int(time.time())
        behind = settled(ports["prometheus"], last)
        report(options, ports, life, peer("promtool"), first, last, behind)


def report(options, ports, life, promtool, first, last, behind):
    troubles = []
    window = last - first
    total = 0
    for metric in range(METRICS):
        for function in ("count_over_time", "sum_over_time"):
            query = f"sum({function}(load_{metric}[{window}s]))"
            want = asked(promtool, ports["prometheus"], query, last)
            got = asked(promtool, ports["tocsin"], query, last)
            if function == "count_over_time":
                total += int(float(next(iter(want.values()), "0")))
            if want != got or not want or "error" in want:
                troubles.append(f"{query}: Prometheus {want}, tocsin {got}")
    if total < 0.8 * options.rate * window:
        troubles.append(f"Prometheus itself scraped {total} of {options.rate * window} samples")
    for query in ('up{job="node"} == 1', 'count(load:sum) > 0', 'count(node_load1{job="vmagent-node"})',
                  'count(node_load1{job="node"})'):
        found = asked(promtool, ports["tocsin"], query, last)
        if not found or "error" in found:
            troubles.append(f"{query}: {found}")
    rules = ask(ports["tocsin"], "/api/v1/rules")[1]
    if "NodeIsUp" not in rules:
        troubles.append("no rules from /api/v1/rules")
    if not life.wait(lambda: "SaidByPrometheus" in life.output(), 30):
        troubles.append("Prometheus' alert did not arrive")
    alerts = json.loads(ask(ports["alertmanager"], "/api/v2/alerts")[1])
    names = {alert["labels"].get("alertname") for alert in alerts}
    if "NodeIsUp" not in names:
        troubles.append(f"the Alertmanager knows only {names}")
    sent = ask(ports["prometheus"], "/metrics")[1]
    own = ask(ports["tocsin"], "/metrics")[1]
    for name in ("prometheus_remote_storage_samples_failed_total",
                 "prometheus_remote_storage_samples_dropped_total"):
        if counter(sent, name):
            troubles.append(f"{name} is {counter(sent, name)}")
    with open(f"/proc/{life.process.pid}/status") as facts:
        memory = int(re.search(r"VmRSS:\s+(\d+)", facts.read()).group(1)) / 1024
    with open(f"/proc/{life.process.pid}/stat") as facts:
        fields = facts.read().rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    status = life.stop()
    if status != 0:
        troubles.append(f"exit status {status}")
    print(f"{window} s at {total / window:.0f} samples/s: {total} samples in Prometheus, compared by "
          f"count and sum of each metric; sent again "
          f"{counter(sent, 'prometheus_remote_storage_samples_retried_total'):.0f}, everything sent {behind:.0f} s after the end; "
          f"late {counter_of(own, 'late')}, over limits {counter_of(own, 'over_limit')}; tocsin: "
          f"{cpu:.0f} CPU-s, {memory:.0f} MB; load {os.getloadavg()[0]:.1f}; Alertmanager has {sorted(map(str, names))}")
    for trouble in troubles:
        print("FAILED:", trouble)
    if not troubles:
        print("passed: nothing lost")
    sys.exit(1 if troubles else 0)


def counter_of(text, reason):
    found = re.search(rf'^tocsin_dropped_samples_total\{{reason="{reason}"\}} (\d+)', text, re.M)
    return found.group(1) if found else "?"


if __name__ == "__main__":
    main()
