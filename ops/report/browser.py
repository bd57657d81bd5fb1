"""A headless Chromium driven over its debugging pipe: no port, no library, no waiting for a time to pass.

Input goes in as a person's does, by mouse and keyboard at places on the screen. `wait` returns when an expression of the
page holds, which is looked at in each frame; its limit only ends a test that would never pass.
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import urllib.parse


class Failure(Exception):
    """What a test expected and did not see."""


def executable():
    """The path of Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    def __init__(self, limit=20):
        self.limit = limit
        self.folder = tempfile.mkdtemp(prefix="report-tests-")
        self.downloads = os.path.join(self.folder, "downloads")
        os.mkdir(self.downloads)
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()
        # Chromium reads commands at descriptor 3 and answers at 4.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "bash", executable(), "--headless=new",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
             "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--mute-audio",
             "--hide-scrollbars", "--force-color-profile=srgb", f"--user-data-dir={self.folder}/profile",
             "--remote-debugging-pipe", "about:blank"],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest = b""
        self.number = 0
        self.events = []
        self.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=self.downloads, eventsEnabled=True)

    def close(self):
        try:
            self.send("Browser.close")
        except (Failure, OSError):
            self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.output)
        os.close(self.input)
        shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self, until=None):
        """The next message; until a time of the clock that is never set back, where nothing may come."""
        while b"\0" not in self.rest:
            if until is not None and not select.select([self.input], [], [], max(0, until - time.monotonic()))[0]:
                raise Failure("nothing came of it")
            part = os.read(self.input, 1 << 20)
            if not part:
                raise Failure("Chromium ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Failure(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def event(self, matches):
        """Returns the first event that matches, and forgets it."""
        until = time.monotonic() + self.limit
        while True:
            for place, one in enumerate(self.events):
                if matches(one):
                    return self.events.pop(place)
            self.events.append(self.receive(until))


class Page:
    """A tab for one report, empty until `open`."""

    def __init__(self, browser, path, width=1400, height=1000, dark=False):
        self.browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.resize(width, height)
        self.send("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.address = "file://" + urllib.parse.quote(os.path.abspath(path))

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def resize(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, fragment):
        # By way of an empty page, so that the report is loaded anew whatever its fragment.
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=self.address + fragment)
        self.wait("document.body?.dataset.ready === 'true'")

    def close(self):
        self.browser.send("Target.closeTarget", targetId=self.target)

    def value(self, expression):
        """The value of an expression in the page, which may be a promise."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            raise Failure(f"{expression}\n    {text}")
        return answer["result"].get("value")

    def wait(self, expression):
        """Returns when the expression holds in the page."""
        limit = self.browser.limit * 1000
        # The page may be replaced while this is being asked; then it is asked of the next one.
        for _ in range(50):
            try:
                holds = self.value(
                    "new Promise((done) => { const end = performance.now() + %d;"
                    " const look = () => { let holds = false; try { holds = Boolean(%s); } catch { holds = false; }"
                    " if (holds || performance.now() > end) done(holds); else setTimeout(look, 10); }; look(); })"
                    % (limit, expression))
            except Failure as failure:
                if "context" in str(failure) or "navigated" in str(failure):
                    continue
                raise
            if holds:
                return
            raise Failure(f"never held: {expression}")
        raise Failure(f"the page kept changing: {expression}")

    def expect(self, expression, why=""):
        # An element of the page is no value that could be handed over.
        if not self.value(f"Boolean({expression})"):
            raise Failure(f"does not hold: {expression} {why}".rstrip())

    def expect_sections(self, names):
        """That the menu has just these sections, in this order."""
        self.open("#overview")
        shown = self.value("[...document.querySelectorAll('nav a')].map((link) => link.dataset.section).join(' ')")
        if shown != names:
            raise Failure(f"the menu has {shown}, not {names}")

    def place(self, expression):
        """The middle of an element, brought into view."""
        place = self.value(
            "(() => { const node = %s; if (!node) return null; node.scrollIntoView({ block: 'center', inline: 'center' });"
            " const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
            % expression)
        if place is None:
            raise Failure(f"not in the page: {expression}")
        return place

    def mouse(self, kind, x, y, buttons=0, count=0):
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left" if buttons or count else "none",
                  buttons=buttons, clickCount=count)

    def click_at(self, x, y):
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, buttons=1, count=1)
        self.mouse("mouseReleased", x, y, count=1)

    def click(self, expression):
        """Clicks on an element given by an expression, or a selector that begins with # or a dot."""
        if expression[0] in "#.":
            expression = f"document.querySelector({json.dumps(expression)})"
        self.click_at(*self.place(expression))

    def drag(self, start, end):
        self.mouse("mouseMoved", *start)
        self.mouse("mousePressed", *start, buttons=1, count=1)
        for step in range(1, 6):
            self.mouse("mouseMoved", *(a + (b - a) * step / 5 for a, b in zip(start, end)), buttons=1)
        self.mouse("mouseReleased", *end, count=1)

    def type(self, text):
        for character in text:
            self.send("Input.dispatchKeyEvent", type="keyDown", text=character, key=character)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=character)

    def key(self, name, code=0, text=""):
        parameters = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **parameters)
        self.send("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def choose(self, selector, text):
        """Chooses the option of a list that is called so, as a person does: by its first letters would be too loose."""
        self.value(
            "(() => { const list = document.querySelector(%s); list.focus();"
            " const option = [...list.options].find((one) => one.textContent === %s);"
            " if (!option) throw new Error('no such option'); list.value = option.value;"
            " list.dispatchEvent(new Event('change', { bubbles: true })); })()"
            % (json.dumps(selector), json.dumps(text)))

    def slide(self, selector, value):
        self.value(
            "(() => { const slider = document.querySelector(%s); slider.value = %s;"
            " slider.dispatchEvent(new Event('input', { bubbles: true })); })()" % (json.dumps(selector), json.dumps(value)))

    def point(self, chart, series, index):
        """Where a point of a chart is on the screen."""
        return self.value(
            "(() => { const chart = charts.find((one) => one.getDom().id === %s);"
            " chart.getDom().scrollIntoView({ block: 'center' }); const box = chart.getDom().getBoundingClientRect();"
            " const value = chart.getOption().series[%d].data[%d]; const [x, y] = chart.convertToPixel({ seriesIndex: %d },"
            " (value.value ?? value).slice(0, 2)); return [box.x + x, box.y + y]; })()"
            % (json.dumps(chart), series, index, series))

    def downloaded(self, action):
        """The name and text of the file that an action downloads."""
        action()
        started = self.browser.event(lambda one: one.get("method") == "Browser.downloadWillBegin")["params"]
        self.browser.event(
            lambda one: one.get("method") == "Browser.downloadProgress" and one["params"]["guid"] == started["guid"]
            and one["params"]["state"] == "completed")
        path = os.path.join(self.browser.downloads, started["suggestedFilename"])
        with open(path, "rb") as file:
            content = file.read()
        os.remove(path)
        return started["suggestedFilename"], content

    def complaints(self):
        """Errors of the console and requests to anything but the file itself."""
        # An answer proves that all events before it have arrived.
        self.value("0")
        found = []
        for one in self.browser.events:
            if one.get("sessionId") != self.session:
                continue
            method, parameters = one.get("method"), one.get("params", {})
            if method == "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                found.append(details.get("exception", {}).get("description") or details["text"])
            elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
                found.append(" ".join(str(one.get("value", one.get("description"))) for one in parameters["args"]))
            elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                found.append(parameters["entry"]["text"])
            elif method == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith(("file:", "blob:", "data:", "about:")):
                    found.append("asked for " + url)
        return found

    def screenshot(self, path):
        import base64
        size = self.value("[document.documentElement.scrollWidth, Math.min(document.documentElement.scrollHeight, 6000)]")
        image = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))
