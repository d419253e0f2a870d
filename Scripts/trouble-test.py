#!/usr/bin/env python3
"""What a server does when the machine below it fails: each case says what it saw.

    Scripts/trouble-test.py [--tocsin BINARY] [CASE ...]

Cases: full-disk, read-only, receiver-down, damaged-state, clock-back, early-stop, reload-receivers.
full-disk and read-only mount a small tmpfs and need root; clock-back needs Debian's faketime. A case
that cannot run here says so and does not pass.
"""
import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sidecar import CONFIGURATION, Receiver, Sidecar, binary  # noqa: E402

RULES = """\
groups:
  - name: g
    interval: 15s
    rules:
      - {alert: Hot, expr: heat > 10, labels: {severity: critical, service: oven}}
      - {alert: Patient, expr: heat > 10, for: 10m, labels: {severity: high, service: oven}}
"""
START = 1_768_485_600


class Skipped(Exception):
    """The machine cannot run a case."""


def line(step, value):
    return f"heat {value} {(START + step * 15) * 1000}\n"


def prepare(folder, url, more=""):
    with open(os.path.join(folder, "rules.yml"), "w") as out:
        out.write(RULES)
    with open(os.path.join(folder, "tocsin.yaml"), "w") as out:
        out.write(CONFIGURATION.format(url=url) + more)


@contextlib.contextmanager
def small_disk(folder, size):
    """A tmpfs of so many bytes in `folder`."""
    path = os.path.join(folder, "disk")
    os.mkdir(path)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
                          capture_output=True, text=True)
    if made.returncode != 0:
        raise Skipped(f"a tmpfs cannot be mounted: {made.stderr.strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", path], check=False)


def fill(path):
    with contextlib.suppress(OSError), open(os.path.join(path, "filler"), "wb", 0) as out:
        while True:
            out.write(b"x" * 4096)


def stages(receiver):
    with receiver.lock:
        return sorted(message["stage"] for message in receiver.bodies.values())


def full_disk(tocsin):
    """Nothing is told while the store is full, and all of it once there is room; a kill loses nothing."""
    with tempfile.TemporaryDirectory() as folder, small_disk(folder, "3m") as disk:
        receiver = Receiver()
        prepare(folder, receiver.url)
        arguments = ["--config", "tocsin.yaml", "--store", "disk/s.sqlite"]
        life = Sidecar(tocsin, folder, *arguments)
        for step in range(8):
            assert life.push(line(step, 1)) == 200
        time.sleep(6)
        fill(disk)
        for step in range(8, 20):
            status = life.push(line(step, 11))
            assert status == 200, f"a push was answered with {status}"
        assert life.wait(lambda: "nothing is told until" in life.errors()), life.errors()
        assert not receiver.delivered() and "incident.opened" not in life.output()
        assert life.ask("/-/healthy")[0] == 200
        waiting = life.ask("/metrics")[1]
        assert "tocsin_unstored_effects 0" not in waiting, "effects should wait"
        os.remove(os.path.join(disk, "filler"))
        assert life.wait(lambda: "incident.opened" in life.output(), 30), life.errors()
        assert life.wait(lambda: "opened" in stages(receiver)), life.errors()
        # Full again, and killed: what could not be stored is found again.
        time.sleep(6)
        fill(disk)
        for step in range(20, 50):
            life.push(line(step, 1))
        life.kill()
        os.remove(os.path.join(disk, "filler"))
        second = Sidecar(tocsin, folder, *arguments, name="second")
        for step in range(20, 60):
            second.push(line(step, 1))
        assert second.wait(lambda: "resolved" in stages(receiver), 30), second.errors()
        assert second.stop() == 0
        keys = len(receiver.tries)
        assert keys == sum(map(len, receiver.tries.values())), "a message came twice"
        receiver.close()
        return f"told {stages(receiver)}, each once"


def read_only(tocsin):
    """A store that becomes read-only is as a full one; at the start it is refused with its reason."""
    with tempfile.TemporaryDirectory() as folder, small_disk(folder, "8m") as disk:
        receiver = Receiver()
        prepare(folder, receiver.url)
        arguments = ["--config", "tocsin.yaml", "--store", "disk/s.sqlite"]
        life = Sidecar(tocsin, folder, *arguments)
        for step in range(8):
            assert life.push(line(step, 1)) == 200
        assert life.stop() == 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        refused = Sidecar(tocsin, folder, *arguments, name="refused", wait=False)
        status = refused.process.wait(60)
        assert status == 1, f"status {status}: {refused.errors()}"
        assert "disk/s.sqlite" in refused.errors() and refused.errors().startswith("error: "), \
            refused.errors()
        words = refused.errors().strip().splitlines()[0]
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        second = Sidecar(tocsin, folder, *arguments, name="second")
        assert "going on from" in second.errors(), second.errors()
        for step in range(8, 20):
            assert second.push(line(step, 11)) == 200
        assert second.wait(lambda: "opened" in stages(receiver)), second.errors()
        assert second.stop() == 0
        receiver.close()
        return f"at the start: {words}"


def receiver_down(tocsin):
    """A receiver that is down for an hour of event time gets everything, in order, once."""
    with tempfile.TemporaryDirectory() as folder:
        down = True
        receiver = Receiver(answer=lambda key, number: 503 if down else 200)
        prepare(folder, receiver.url)
        life = Sidecar(tocsin, folder, "--config", "tocsin.yaml")
        for step in range(8):
            life.push(line(step, 1))
        for step in range(8, 8 + 240):
            assert life.push(line(step, 11 if step < 120 else 1)) == 200
        assert life.wait(lambda: "incident.resolved" in life.output()), life.output()[-500:]
        assert not receiver.delivered()
        tries = sum(map(len, receiver.tries.values()))
        assert tries > 0
        life.kill()
        second = Sidecar(tocsin, folder, "--config", "tocsin.yaml", name="second")
        down = False
        assert second.wait(lambda: "resolved" in stages(receiver), 180), second.errors()[-2000:]
        assert second.stop() == 0
        with receiver.lock:
            taken = sorted(
                (moment, receiver.bodies[key]["stage"]) for key, found in receiver.tries.items()
                for moment, status in found if status < 300)
        order = [stage for _, stage in taken]
        assert order[0] == "opened" and order[-1] == "resolved", order
        assert len(taken) == len(receiver.bodies), "a message came twice"
        receiver.close()
        return f"{tries} tries while it was down; then {order}"


def damaged_state(tocsin):
    """A state with one wrong bit is refused by its checksum, and the one before is used."""
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver()
        prepare(folder, receiver.url)
        arguments = ["--config", "tocsin.yaml", "--checkpoint-interval", "200ms"]
        life = Sidecar(tocsin, folder, *arguments)
        for step in range(60):
            assert life.push(line(step, 11 if step > 20 else 1)) == 200
            time.sleep(0.02)
        assert life.wait(lambda: "opened" in stages(receiver)), life.errors()
        life.kill()
        path = os.path.join(folder, "tocsin.sqlite.checkpoint")
        with open(path, "r+b") as state:
            size = state.seek(0, 2)
            state.seek(size // 2)
            byte = state.read(1)[0]
            state.seek(size // 2)
            state.write(bytes([byte ^ 0x10]))
        second = Sidecar(tocsin, folder, *arguments, name="second")
        assert "checkpoint is damaged" in second.errors(), second.errors()
        assert "going on from tocsin.sqlite.checkpoint.previous" in second.errors(), second.errors()
        assert "taken over again" in second.errors(), second.errors()
        # The timer of ten minutes went on: it fires where it would have.
        for step in range(60, 80):
            second.push(line(step, 11))
        assert second.wait(lambda: '"Patient"' in life.output() + second.output()), second.errors()
        for step in range(80, 130):
            second.push(line(step, 1))
        assert second.wait(lambda: "resolved" in stages(receiver)), second.errors()
        assert second.stop() == 0
        with receiver.lock:
            assert all(sum(s < 300 for _, s in found) == 1 for found in receiver.tries.values())
        receiver.close()
        return "the previous state and the arrivals since then were used; " + str(stages(receiver))


def clock_back(tocsin):
    """A clock that is set back an hour stops nothing: ticks, states and messages go on."""
    library = next((path for path in (
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1") if os.path.exists(path)), None)
    if library is None:
        raise Skipped("Debian's package faketime is not installed")
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver()
        prepare(folder, receiver.url)
        offset = os.path.join(folder, "offset")

        def shift(text):
            with open(offset + ".new", "w") as out:
                out.write(text)
            os.replace(offset + ".new", offset)

        shift("+0")
        life = Sidecar(
            tocsin, folder, "--config", "tocsin.yaml", "--checkpoint-interval", "300ms",
            # Through `env`: the library changes the environment of the first program that loads it, in
            # whose place the program would look for its arguments.
            prefix=["/usr/bin/env"], environment={"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": offset,
                         "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
        for step in range(10):
            assert life.push(line(step, 1)) == 200
        saved = lambda: int(next(text.split()[1] for text in life.ask("/metrics")[1].splitlines()  # noqa: E731
                                 if text.startswith("tocsin_checkpoints_total ")))
        life.wait(lambda: saved() > 1)
        shift("-3600")
        before = saved()
        for step in range(10, 30):
            assert life.push(line(step, 11)) == 200
        assert life.wait(lambda: "incident.opened" in life.output()), life.errors()
        assert life.wait(lambda: "opened" in stages(receiver)), life.errors()
        assert life.wait(lambda: saved() > before), "no state was saved after the clock was set back"
        # Samples by this clock now: one from before the change is an hour ahead of it.
        now = int(time.time()) - 3600
        assert life.push(f"heat 11 {now * 1000}\n") == 200
        for step in range(30, 80):
            assert life.push(line(step, 1)) == 200
        life.kill()
        second = Sidecar(tocsin, folder, "--config", "tocsin.yaml", name="second")
        assert "going on from" in second.errors(), second.errors()
        assert second.stop() == 0
        found = stages(receiver)
        receiver.close()
        return f"told {found} an hour earlier by the clock; states were saved on"


def early_stop(tocsin):
    """SIGTERM at any moment of the start ends the program as at any other moment."""
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder, "http://127.0.0.1:9/")
        for delay in range(0, 400, 10):
            life = Sidecar(tocsin, folder, "--config", "tocsin.yaml", wait=False)
            trapped = False
            until = time.time() + 30
            while time.time() < until and life.process.poll() is None:
                with open(f"/proc/{life.process.pid}/status") as facts:
                    text = facts.read()
                caught = next(row.split()[1] for row in text.splitlines() if row.startswith("SigCgt"))
                if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
                    trapped = True
                    break
                if os.path.exists(os.path.join(folder, "tocsin.sqlite-wal")):
                    break
            assert trapped, "the store was opened before signals were trapped"
            time.sleep(delay / 1000)
            life.process.terminate()
            status = life.process.wait(30)
            results[status] = results.get(status, 0) + 1
            for name in ("", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    os.remove(os.path.join(folder, "tocsin.sqlite" + name))
    assert set(results) == {0}, results
    return f"{sum(results.values())} stops from the moment on at which signals are trapped: all with status 0"


def reload_receivers(tocsin):
    """A reload changes receivers: what waits for one that is gone is given up, the rest goes on."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Receiver(answer=lambda *_: 503), Receiver()
        prepare(folder, first.url)
        life = Sidecar(tocsin, folder, "--config", "tocsin.yaml")
        for step in range(12):
            assert life.push(line(step, 11 if step > 4 else 1)) == 200
        assert life.wait(lambda: first.tries), life.errors()
        prepare(folder, second.url)
        status, text = life.ask("/-/reload", "POST")
        assert status == 200 and "next start" not in text, text
        # The same name, another address: what waited goes there.
        assert life.wait(lambda: "opened" in stages(second), 60), life.errors()
        assert not first.delivered()
        third = Receiver()
        text = open(os.path.join(folder, "tocsin.yaml")).read()
        with open(os.path.join(folder, "tocsin.yaml"), "w") as out:
            out.write(text.replace("name: people", "name: others").replace(
                "receiver: people", "receiver: others").replace(second.url, third.url))
        assert life.ask("/-/reload", "POST")[0] == 200
        for step in range(12, 60):
            assert life.push(line(step, 1)) == 200
        assert life.wait(lambda: "incident.resolved" in life.output()), life.output()[-300:]
        assert life.wait(lambda: third.tries or second.tries), life.errors()
        assert life.stop() == 0
        told = f"then {stages(second)} at the second, {stages(third)} at the third"
        for receiver in (first, second, third):
            receiver.close()
        return told


CASES = {
    "full-disk": full_disk, "read-only": read_only, "receiver-down": receiver_down,
    "damaged-state": damaged_state, "clock-back": clock_back, "early-stop": early_stop,
    "reload-receivers": reload_receivers,
}


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tocsin")
    options.add_argument("cases", nargs="*", default=list(CASES), metavar="CASE")
    options = options.parse_args()
    tocsin = binary(options.tocsin)
    failed = 0
    for name in options.cases:
        try:
            print(f"{name}: passed: {CASES[name](tocsin)}")
        except Skipped as reason:
            failed += 1
            print(f"{name}: not run: {reason}")
        except (AssertionError, RuntimeError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"{name}: FAILED at line {sys.exc_info()[2].tb_next.tb_lineno}: {error}")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
