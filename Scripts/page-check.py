#!/usr/bin/env python3
"""Opens the pages in a headless Chromium, as a person would, and keeps pictures to look at.

    Scripts/page-check.py --pictures FOLDER [--tocsin BINARY] [--chromium /usr/bin/chromium]

Replays fixtures/black-friday into a store, serves it, opens each page light, dark and narrow, acknowledges
an incident, writes a note, and watches an incident appear and end on an open page without a reload. Fails
on errors of the browser's console, on what sticks out of a narrow screen, on text of too little contrast
(WCAG AA) and on what does not happen. Needs playwright from PyPI and a Chromium.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sidecar import ROOT, Sidecar, binary  # noqa: E402

LOOKS = {"light": ("light", 1280, 900), "dark": ("dark", 1280, 900), "narrow": ("light", 360, 740)}

CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = text => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data;
    return [d[0], d[1], d[2], d[3] / 255]; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = c => { const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]); };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    const style = getComputedStyle(element);
    if (!node.textContent.trim() || style.visibility == 'hidden' || style.display == 'none') continue;
    if (!element.getClientRects().length || element.closest('script, style, title')) continue;
    // These stand on a bar that is drawn, not on a background.
    if (element.matches('.grade-name')) continue;
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
    let back = rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark')
      && matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : '#ffffff');
    for (const layer of layers.reverse()) back = over(layer, back);
    const isDrawn = element.closest('svg');
    const front = over(rgba(isDrawn ? style.fill : style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05), size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) {
      const key = element.tagName + '.' + (element.getAttribute('class') || '') + ' ' + ratio.toFixed(2);
      found.set(key, node.textContent.trim().slice(0, 40));
    }
  }
  return [...found].map(([key, text]) => key + ': ' + text);
}"""

WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter(e => {
    if (e.getBoundingClientRect().right <= width + 1) return false;
    for (let p = e.parentElement; p; p = p.parentElement)
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)) return false;
    return true;
  }).slice(0, 5).map(e => e.tagName + '.' + (e.getAttribute('class') || '') + ': ' + e.textContent.trim().slice(0, 40));
}"""


def serve(tocsin, folder):
    """A server of the replayed recording, with a rule for something to happen."""
    for name in ("rules", "fixtures"):
        os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    story = "fixtures/black-friday"
    subprocess.run(
        [tocsin, "replay", f"{story}/metrics.prom.gz", f"{story}/changes.jsonl", "--rules", "rules",
         "--rules", f"{story}/rules", "--store", "tocsin.sqlite"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, "live.yml"), "w") as out:
        out.write("""\
groups:
  - name: live
    interval: 1s
    rules:
      - {record: 'service:heat:max', expr: 'max by (service) (heat)'}
      - {alert: OvenHot, expr: 'heat > 10', labels: {severity: critical, service: oven},
         annotations: {summary: 'the oven is at {{ $value }} degrees', runbook_url: 'https://wiki.example/oven'}}
""")
    return Sidecar(tocsin, folder, "--rules", "rules", "--rules", f"{story}/rules", "--rules", "live.yml")


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pictures", required=True)
    options.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    options.add_argument("--tocsin")
    options = options.parse_args()
    from playwright.sync_api import sync_playwright
    tocsin = binary(options.tocsin)
    os.makedirs(options.pictures, exist_ok=True)
    troubles = []
    with tempfile.TemporaryDirectory() as folder:
        life = serve(tocsin, folder)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=options.chromium, args=["--no-sandbox", "--disable-gpu"])
            try:
                Visit(browser, life, options.pictures, troubles).all()
            finally:
                browser.close()
        status = life.stop()
        if status != 0:
            troubles.append(f"exit status {status}")
    for trouble in troubles:
        print("FAILED:", trouble)
    print(f"pictures in {options.pictures}" + ("" if troubles else "; everything happened as it should"))
    sys.exit(1 if troubles else 0)


class Visit:
    """What a person does with the pages."""

    def __init__(self, browser, life, pictures, troubles):
        self.browser, self.life, self.pictures, self.troubles = browser, life, pictures, troubles
        self.url = f"http://127.0.0.1:{life.port}"

    def open(self, look, **more):
        scheme, width, height = LOOKS[look]
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": height}, **more)
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and self.troubles.append(f"console: {m.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        return page

    def look(self, page, name, look):
        page.screenshot(path=os.path.join(self.pictures, f"{name}-{look}.png"), full_page=True)
        for trouble in page.evaluate(CONTRAST):
            self.troubles.append(f"{name} {look}: contrast {trouble}")
        for trouble in page.evaluate(WIDE):
            self.troubles.append(f"{name} {look}: too wide: {trouble}")

    def all(self):
        incident = self.life.json("/api/v1/incidents")["data"][0]["id"]
        self.push(20)
        self.live(incident)
        places = {
            "overview": "/", "incident": f"/incidents/{incident}", "rules": "/rules",
            "explore": "/explore?expr=heat", "explore-empty": "/explore", "changes": "/changes",
            "health": "/health", "missing": "/incidents/none"}
        for look in LOOKS:
            page = self.open(look)
            for name, path in places.items():
                # An event stream stays open, so the network is never idle.
                answer = page.goto(self.url + path, wait_until="load")
                if answer.status != (404 if name == "missing" else 200):
                    self.troubles.append(f"{name}: status {answer.status}")
                self.look(page, name, look)
            page.context.close()
        self.without_scripts(incident)
        self.troubles[:] = [t for t in self.troubles if "404 (Not Found)" not in t]

    def push(self, count, value=1.0):
        for step in range(count):
            now = time.time() - count + step
            self.life.push(f'heat{{service="oven",side="left"}} {value + step % 3} {int(now * 1000)}\n'
                           f'heat{{service="oven",side="right"}} {value + step % 5} {int(now * 1000)}\n')

    def live(self, incident):
        page = self.open("light")
        page.goto(self.url + "/")
        marker = page.evaluate("() => window.marker = 'same page'")
        self.life.push(f'heat{{service="oven",side="left"}} 12 {int(time.time() * 1000)}\n')
        try:
            page.get_by_text("OvenHot").or_(page.get_by_text("the oven is at")).or_(
                page.get_by_text("oven", exact=False)).first.wait_for(timeout=15_000)
        except Exception as error:  # noqa: BLE001
            self.troubles.append(f"the new incident did not appear by itself: {error}")
        if page.evaluate("() => window.marker") != marker:
            self.troubles.append("the page was loaded anew")
        self.look(page, "live", "light")
        new = next(i["id"] for i in self.life.json("/api/v1/incidents")["data"]
                   if i["services"] == ["oven"])
        page.goto(f"{self.url}/incidents/{new}")
        page.get_by_role("button", name="Acknowledge").click()
        page.wait_for_load_state()
        if self.life.json(f"/api/v1/incidents/{new}")["state"] != "acknowledged":
            self.troubles.append("clicking Acknowledge did not acknowledge")
        page.locator("form.note input[name=text], form.note textarea").first.fill(
            "I am looking at the <thermostat>")
        page.locator("form.note button").click()
        page.wait_for_load_state()
        if "I am looking at the <thermostat>" not in page.inner_text("body"):
            self.troubles.append("the note is not in the timeline")
        self.look(page, "acknowledged", "light")
        # It ends on the open page.
        page.evaluate("() => window.marker = 'same page'")
        for step in range(3):
            self.life.push(f'heat{{service="oven",side="left"}} 1 {int(time.time() * 1000)}\n')
            time.sleep(1.1)
        try:
            page.get_by_text("monitoring").first.wait_for(timeout=15_000)
        except Exception as error:  # noqa: BLE001
            self.troubles.append(f"the end did not appear by itself: {error}")
        page.context.close()
        self.keyboard(incident)

    def keyboard(self, incident):
        """Each link and control is reached by the tab key, and shows it."""
        page = self.open("light")
        page.goto(f"{self.url}/incidents/{incident}")
        seen = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            here = page.evaluate("""() => { const e = document.activeElement;
                const s = getComputedStyle(e);
                return [e.outerHTML.slice(0, 80), s.outlineStyle != 'none' || s.boxShadow != 'none']; }""")
            # Of a date the browser marks the part that has the focus, not the whole.
            if not here[1] and not here[0].startswith("<body") and 'type="date"' not in here[0]:
                self.troubles.append(f"focus does not show: {here[0]}")
            seen.add(here[0])
        total = page.locator("a[href], button, input:not([type=hidden]), textarea, summary").count()
        if len(seen) < min(total, 20):
            self.troubles.append(f"only {len(seen)} of {total} controls are reached by the keyboard")
        page.context.close()

    def without_scripts(self, incident):
        page = self.open("light", java_script_enabled=False)
        page.goto(f"{self.url}/incidents/{incident}")
        page.screenshot(path=os.path.join(self.pictures, "incident-noscript.png"))
        if not page.locator("svg").count():
            self.troubles.append("without scripts there are no charts")
        page.context.close()


if __name__ == "__main__":
    main()
