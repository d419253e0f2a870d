#!/usr/bin/env python3
"""Tables of what the kits' own scorers say: judgement.py KITS RESULTS

KITS holds nab/, cloud/, petshop/ and nezha/ with their scorers, which are used from there. RESULTS
holds what tocsin-conformance wrote: nab/, cloud/, petshop.json, nezha.json and what it printed."""
import json
import os
import subprocess
import sys

KITS, RESULTS = sys.argv[1], sys.argv[2]
# The threshold at which the product itself reports, Detector.newsThreshold.
DEFAULT = 0.5


def category(name):
    return name.split("/")[0]


def heading(text):
    print(f"\n== {text}", flush=True)


def printed(name):
    print(open(os.path.join(RESULTS, name), encoding="utf-8").read().strip())


def nab():
    sys.path.insert(0, os.path.join(KITS, "nab"))
    import nab_score as scorer

    heading("NAB, standard profile")
    data = os.path.join(KITS, "nab", "data")
    labels = json.load(open(os.path.join(KITS, "nab", "combined_windows.json")))
    files = sorted(
        f"{folder}/{file}" for folder in os.listdir(data)
        for file in os.listdir(os.path.join(data, folder)) if file.endswith(".csv"))
    layouts, scores = scorer.load(os.path.join(RESULTS, "nab"), labels, files)
    weights = scorer.PROFILES["standard"]
    categories = sorted({category(file) for file in files})

    def optimum(chosen):
        return scorer.optimise(layouts, scores, chosen, weights)[0]

    def row(name, chosen, threshold):
        windows = sum(layouts[file].nwin for file in chosen)
        if windows:
            result = scorer.score_at(layouts, scores, chosen, weights, threshold)
            score, found = f"{result['score']:.1f}", result["detected"]
            alarms = result["false_alarms"]
        else:
            score, found = "-", 0
            alarms = sum(layouts[file].at(scores[file], threshold)[3] for file in chosen)
        print(f"{name:26s}{len(chosen):7d}{windows:9d}{found:7d}{alarms:7d}{score:>8s}")

    best = optimum(files)
    print(f"{'':26s}{'series':>7s}{'windows':>9s}{'found':>7s}{'false':>7s}{'score':>8s}")
    for name in categories:
        row(name, [file for file in files if category(file) == name], best)
    row(f"all, optimum {best:.4f}", files, best)
    row(f"all, default {DEFAULT}", files, DEFAULT)
    # Each category at the threshold that is best for all the others.
    sums, windows = [0.0, 0.0, 0, 0], 0
    for name in categories:
        others = optimum([file for file in files if category(file) != name])
        for file in files:
            if category(file) == name:
                sums = [a + b for a, b in zip(sums, layouts[file].at(scores[file], others))]
                windows += layouts[file].nwin
    raw = scorer.raw(weights, sums[0], sums[1], sums[2], windows)
    left = scorer.normalise(weights, raw, windows)
    print(f"{'all, leave one category out':42s}{sums[2]:7d}{sums[3]:7d}{left:8.1f}")
    printed("nab.txt")


def cloud():
    sys.path.insert(0, os.path.join(KITS, "cloud"))
    import kpi_score as scorer

    heading("cloud, events found in time")
    series = scorer.load(
        os.path.join(RESULTS, "cloud"), os.path.join(KITS, "cloud", "labels.json"))
    best = scorer.best(series)

    def row(name, chosen, threshold):
        r = scorer.at(chosen, threshold)
        print(
            f"{name:36s}{len(chosen):7d}{r['events']:8d}{r['found']:7d}{r['in_time']:9d}"
            f"{r['false_alarms']:7d}{r['F1']:8.3f}{r['F1t']:12.3f}")

    print(
        f"{'':36s}{'series':>7s}{'events':>8s}{'found':>7s}{'in time':>9s}{'false':>7s}"
        f"{'F1':>8s}{'in-time F1':>12s}")
    for name in sorted({category(one["name"]) for one in series}):
        row(name, [one for one in series if category(one["name"]) == name], best)
    row(f"all, optimum {best:.4f}", series, best)
    row(f"all, default {DEFAULT}", series, DEFAULT)
    # The threshold from every second series, judged on the others, and the other way round.
    for name, chosen, other in (
        ("odd series at the even ones' optimum", series[0::2], series[1::2]),
        ("even series at the odd ones' optimum", series[1::2], series[0::2]),
    ):
        row(name, chosen, scorer.best(other))
    printed("cloud.txt")


def causes(kit, scorer, *arguments):
    heading(f"root causes, {kit}")
    folder = os.path.join(KITS, kit)
    subprocess.run(
        [sys.executable, os.path.join(folder, scorer), os.path.join(RESULTS, f"{kit}.json"),
         "--truth", os.path.join(folder, "truth.json"), *arguments], check=True)


def main():
    nab()
    cloud()
    sys.stdout.flush()
    for kit, scorer, arguments in (
        ("petshop", "petshop_score.py", []),
        ("nezha", "rca_score.py", ["--only", "2022", "--exclude-kind", "return,exception"]),
        ("nezha", "rca_score.py", []),
    ):
        causes(kit, scorer, *arguments)
        printed(f"{kit}.txt")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
