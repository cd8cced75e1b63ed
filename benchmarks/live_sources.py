"""What the notebook of ``live_pictures`` holds: three ways to one picture, and what the kernel measures of itself."""

SETUP = """
import gc, io, json, statistics, time, warnings
from unittest.mock import patch

import anywidget
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import psutil
import traitlets
from IPython.display import display

from coursekit.lessons import EXPLORERS
from coursekit.lessons.pick_the_right_scale.explore_scales import SAMPLING_SCALE as explorer
from coursekit.lab.frame import Frame
from coursekit.lab.strokes import Strokes
from coursekit.notebook import show
from coursekit.notebook.showing import Panel

low = explorer.controls[0]

def redraw(position):
    state = next(explorer.states(low=low.at(position)))
    with patch("coursekit.lab.picture.Figure", plt.figure):
        explorer.picture().move(state)
    plt.show()
    print(*explorer.describe(state))

class Canvas(anywidget.AnyWidget):
    _esm = CANVAS_JS
    points = traitlets.Bytes().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)

def put(canvas, position):
    state = next(explorer.states(low=low.at(position)))
    draws = [np.ravel(each) for each in state if isinstance(each, np.ndarray)]
    places = np.concatenate([np.stack([each, np.linspace(0, 1, each.size)], axis=1) for each in draws])
    with canvas.hold_sync():
        canvas.points, canvas.words = places.astype(np.float32).tobytes(), " ".join(explorer.describe(state))

def milliseconds(slider):
    times = []
    for position in (20, 80, 40, 60, 30):
        start = time.process_time()
        slider.value = position
        times.append(1000 * (time.process_time() - start))
    return times
"""
CANVAS_JS = """export default { render({ model, el }) {
    const canvas = el.appendChild(document.createElement("canvas"));
    const words = el.appendChild(document.createElement("p"));
    [canvas.width, canvas.height, canvas.style.width] = [2000, 840, "1000px"];
    const pen = canvas.getContext("2d");
    const draw = () => {
        const bytes = model.get("points");
        const points = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
        pen.clearRect(0, 0, 2000, 840);
        for (let i = 0; i < points.length; i += 2) {
            pen.beginPath();
            pen.arc(2000 * points[i], 840 * points[i + 1], 6, 0, 7);
            pen.fill();
        }
        words.textContent = model.get("words");
        canvas.dispatchEvent(new Event("drawn"));
    };
    model.on("change:points", () => requestAnimationFrame(draw));
    draw();
} }"""
OURS = "show(explorer)"
PEER = """peer = widgets.interactive(redraw, position=widgets.IntSlider(50, 0, low.last, description="position"))
display(peer)"""
BARE = """bare, handle = Canvas(), widgets.IntSlider(50, 0, low.last, description="position")
handle.observe(lambda change: put(bare, change.new), "value")
put(bare, 50)
display(widgets.VBox([handle, bare]))"""
KERNEL_TIME = """panel = Panel(explorer)
ours, theirs = panel.knobs["low"].widget.children[0], peer.children[0]
display(panel.widget)
milliseconds(ours), milliseconds(theirs)
rounds = [(milliseconds(ours), milliseconds(theirs)) for _ in range({rounds})]
print(json.dumps([[t for each in side for t in each] for side in zip(*rounds)]))"""
BYTES = """sent, send = [], panel.view._send
panel.view._send = lambda message, buffers=None: sent.append(len(json.dumps(message))) or send(message, buffers)
milliseconds(ours)
panel.view._send = send
png = io.BytesIO()
plt.imsave(png, Frame(explorer.picture()).draw(next(explorer.states())), format="png")
print(json.dumps([statistics.median(sent), len(png.getvalue())]))"""
MOVES = """def cost(name):
    explorer = EXPLORERS[name]
    panel, frame = Panel(explorer), Frame(explorer.picture())
    ends = [dict([(control.name, end)]) for control in explorer.controls for end in control.ends]
    states = [list(explorer.states(**(explorer.quick | end)))[-1] for end in ends]
    times = [], []
    for state in 3 * states:
        start = time.process_time()
        panel._draw(state)
        times[0].append(1000 * (time.process_time() - start))
        start = time.process_time()
        plt.imsave(io.BytesIO(), frame.draw(state), format="png")
        times[1].append(1000 * (time.process_time() - start))
    return [statistics.median(each[len(states):]) for each in times]

print(json.dumps([cost(name) for name in {names}]))"""
MEMORY = """def used():
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20

def move(n):
    for i in range(n):
        ours.value = 7 * i % low.last

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    move(100)
    before = used()
    move(1000)
    print(json.dumps([used() - before, len(plt.get_fignums()), [str(each.message) for each in caught]]))"""

WATCH = """area => {
    const seen = { moved: [], shown: [] };
    const hasCome = () => requestAnimationFrame(() => seen.shown.push(performance.now()));
    const wait = image => image.addEventListener("load", hasCome, { once: true });
    const look = image => image.complete ? hasCome() : wait(image);
    const watch = new MutationObserver(changes => {
        for (const { type, target, addedNodes } of changes) {
            if (type === "attributes") look(target);
            for (const node of addedNodes) (node.querySelectorAll?.("img") ?? []).forEach(look);
        }
    });
    watch.observe(area, { subtree: true, childList: true, attributeFilter: ["src"] });
    const stop = new AbortController();
    area.addEventListener("drawn", hasCome, { capture: true, signal: stop.signal });
    for (const move of ["keydown", "pointermove"])
        addEventListener(move, () => seen.moved.push(performance.now()), { capture: true, signal: stop.signal });
    window.seen = seen;
    window.stopWatching = () => { watch.disconnect(); stop.abort(); return seen; };
}"""
