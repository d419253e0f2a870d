#!/usr/bin/env python3
"""Kills a server at seeded random moments and checks that this changes nothing.

    Scripts/kill-test.py [--kills 200] [--seed 1] [--tocsin BINARY]

A stream is pushed step by step; a local webhook is told of incidents and sometimes answers late or not
well. After so many `kill -9` the store must say what that of an undisturbed run says, and the webhook
must have had every message of the undisturbed run and no other. A message comes again only where its
answer and a kill, or the stop at the end, came together, and then with its key.
"""
import argparse
import difflib
import json
import math
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sidecar import CONFIGURATION, Receiver, Sidecar, binary, journal  # noqa: E402

START = 1_768_485_600
STEP = 60
RULES = """\
groups:
  - name: hosts
    interval: 60s
    rules:
      - record: errors:rate
        expr: sum by (host) (rate(errors_total[8m]))
      - alert: CPUHigh
        expr: cpu > 0.8
        for: 2m
        labels: {severity: critical, service: shop}
      - alert: PatientlyHigh
        expr: avg_over_time(cpu[16m]) > 0.7
        for: 32m
        labels: {service: shop}
      - alert: Pool
        threshold: {of: pool, above: {low: 0.7, high: 0.9}, clear: 0.4}
        labels: {service: db}
      - alert: Odd
        baseline: {of: errors:rate, direction: above, minimum: 0.2, learn: 1h}
        labels: {service: shop}
      - alert: End
        expr: story_end == 1
"""


def story(steps):
    """The pushes of a stream in which three hosts have trouble again and again."""
    pushes, errors = [], [0.0] * 3
    for step in range(steps):
        time_stamp = (START + step * STEP) * 1000
        text = ""
        for number, host in enumerate("abc"):
            wobble = ((step * 7919 + number * 104_729) % 97) / 1000
            turn = (step - number * 5) % 400
            is_busy = 90 <= turn < 150 or 300 <= turn < 312
            errors[number] += 3 + (40 if 200 <= turn < 260 else 0)
            text += f'cpu{{host="{host}"}} {(0.9 if is_busy else 0.2) + wobble} {time_stamp}\n'
            text += f'errors_total{{host="{host}"}} {errors[number] + wobble} {time_stamp}\n'
            text += f'pool{{host="{host}"}} {0.3 + 0.65 * abs(math.sin(step / 60))} {time_stamp}\n'
        if step >= steps - 4:
            text += f"story_end 1 {time_stamp}\n"
        pushes.append(text)
    return pushes


def run(tocsin, pushes, kills, chance, pause):
    """Pushes everything; gives the store's words, the receiver, the kills' moments and what was told."""
    fussy = random.Random(chance.random())
    receiver = Receiver(
        answer=lambda key, number: 503 if kills and number == 0 and hash_of(key) % 8 == 0 else 200,
        pause=lambda: fussy.random() * 0.3 if kills and fussy.random() < 0.2 else 0)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "rules.yml"), "w") as out:
            out.write(RULES)
        with open(os.path.join(folder, "tocsin.yaml"), "w") as out:
            out.write(CONFIGURATION.format(url=receiver.url))

        def start(number):
            return Sidecar(tocsin, folder, "--config", "tocsin.yaml",
                           "--checkpoint-interval", "700ms", name=f"life{number}",
                           wait=False)

        lives, moments, slow = [start(0)], [], 0.0
        began = time.time()
        due = began + chance.random() * 1.5
        step = 0
        while step < len(pushes) or len(moments) < kills:
            if len(moments) < kills and time.time() >= due:
                lives[-1].kill()
                moments.append(time.time())
                lives.append(start(len(lives)))
                due = time.time() + 0.001 + chance.random() * 1.6
                continue
            if lives[-1].port is None:
                try:
                    lives[-1].await_port(max(0.001, due - time.time()) if len(moments) < kills else 120)
                except RuntimeError:
                    if lives[-1].process.poll() is not None:
                        raise
                    continue
            # The stream waits at its last steps until all kills are done.
            if step < len(pushes) - 4 or len(moments) >= kills:
                status = lives[-1].push(pushes[step])
                if status == 200:
                    step += 1
                elif status not in (0, 429, 503):
                    raise RuntimeError(f"step {step}: status {status}: {lives[-1].errors()[-1000:]}")
            time.sleep(pause)
        told_end = lives[-1].wait(lambda: any('"End"' in line for life in lives for line in life.lines()))
        assert told_end, lives[-1].errors()[-2000:]
        # At once: while nothing is pushed, event time goes on as the clock does.
        status = lives[-1].stop()
        assert status == 0, f"status {status}: {lives[-1].errors()[-2000:]}"
        # A message under way when a run is stopped may be answered and not noted, as beside a kill.
        stopped = time.time()
        words = journal(tocsin, folder)
        lines = [line for life in lives for line in life.lines()]
        last = start(len(lives))
        last.await_port()
        settle(receiver, last)
        assert last.stop() == 0, last.errors()[-2000:]
        again = sum("taken over again" in life.errors() for life in lives)
        late = sum("going on from" in life.errors() for life in lives)
    receiver.close()
    return words, receiver, moments, stopped, lines, again, late


def of_story(receiver, steps):
    """The messages that the stream brought; those of the time after it depend on the clock."""
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + steps * STEP))
    return {key for key in receiver.delivered() if receiver.bodies[key]["at"] < end}


def difference(want, got):
    """The first lines in which two journals differ."""
    lines = [[line for part in words for line in part.splitlines()] for words in (want, got)]
    return [line[:400] for line in difflib.unified_diff(*lines, "undisturbed", "killed", n=0,
                                                        lineterm="")][:20]


def hash_of(key):
    return sum(map(ord, key))


def describe(message):
    """What tells a message from others, for people."""
    return {name: message.get(name) for name in ("key", "stage", "at", "incident")} | {
        "event": json.dumps(message.get("event"))[:400]}


def settle(receiver, life):
    """Waits until no message is on its way."""
    def waiting():
        with receiver.lock:
            return [key for key, tries in receiver.tries.items()
                    if all(status >= 300 for _, status in tries)]
    life.wait(lambda: not waiting(), 90)
    count, since = -1, time.time()
    while time.time() - since < 3:
        now = sum(map(len, receiver.tries.values()))
        if now != count:
            count, since = now, time.time()
        time.sleep(0.1)


def repeats(receiver, moments):
    """Messages taken more than once: how many with a kill or stop soon after each but the last."""
    found, wrong = 0, []
    for key, tries in receiver.tries.items():
        taken = [moment for moment, status in tries if status < 300]
        for first, second in zip(taken, taken[1:]):
            found += 1
            if not any(first - 0.05 <= moment <= second and moment - first < 5 for moment in moments):
                wrong.append(key)
    return found, wrong


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--steps", type=int)
    options.add_argument("--tocsin")
    options = options.parse_args()
    tocsin = binary(options.tocsin)
    steps = options.steps or max(420, options.kills * 12)
    pushes = story(steps)
    want, calm, _, _, calm_lines, _, _ = run(tocsin, pushes, 0, random.Random(0), 0)
    got, receiver, moments, stopped, lines, again, late = run(
        tocsin, pushes, options.kills, random.Random(options.seed), 0.02)
    incidents = len(want) - 1
    found, wrong = repeats(receiver, [*moments, stopped])
    twice = len(lines) - len(set(lines))
    troubles = []
    if incidents < 2:
        troubles.append(f"the stream has only {incidents} incidents")
    if got != want:
        troubles.append("the store differs from that of the undisturbed run:\n" + "\n".join(
            difference(want, got)))
    calm_keys, keys = of_story(calm, steps), of_story(receiver, steps)
    missing, more = calm_keys - keys, keys - calm_keys
    if missing:
        troubles.append(f"messages missing: {[describe(calm.bodies[key]) for key in sorted(missing)[:5]]}")
    if more:
        troubles.append("messages that the undisturbed run did not send: "
                        + str([describe(receiver.bodies[key]) for key in sorted(more)[:5]]))
    if wrong:
        troubles.append(f"messages again without a kill beside their answer: {wrong[:5]}")
    if twice:
        troubles.append(f"{twice} lines told twice on standard output")
    if set(lines) - set(calm_lines):
        troubles.append(f"told otherwise: {sorted(set(lines) - set(calm_lines))[:2]}")
    print(f"{len(moments)} kills, seed {options.seed}, {steps} pushes: {late} lives went on from a saved "
          f"state, {again} were given arrivals again; {incidents} incidents, "
          f"{len(keys)} messages by key ({found} taken again with the same key beside a "
          f"kill), {len(calm_lines)} lines told, {len(calm_lines) - len(set(lines))} of them lost")
    for trouble in troubles:
        print("FAILED:", trouble)
    if not troubles:
        print("passed: nothing missing, nobody told twice, the same journal")
    sys.exit(1 if troubles else 0)


if __name__ == "__main__":
    main()
