// The timeline: keys in the grid, a place that is kept, and one item beside it. All of it is optional.
const wide = window.matchMedia("(min-width: 960px)");
const scroller = () => document.querySelector(".tl-scroll");
const DAY = 86400000;
const dayAt = (box, x) => new Date(Date.parse(box.dataset.start) + (x / box.dataset.pixels) * DAY).toISOString().slice(0, 10);
const xOf = (box, day) => ((Date.parse(day) - Date.parse(box.dataset.start)) / DAY) * box.dataset.pixels;
const barsWidth = (box) => box.clientWidth - (box.querySelector(".tl-corner")?.offsetWidth ?? 0);

// The address keeps the left edge and the first row, so that it can be sent and reloaded.
const note = (changes) => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  history.replaceState(history.state, "", url);
};
const topRow = (box) => {
  const head = box.querySelector(".tl-head").getBoundingClientRect().bottom;
  const rows = [...box.querySelectorAll('.tl-rows [role="row"]')];
  return rows.find((row) => row.getBoundingClientRect().bottom > head + 4)?.getAttribute("aria-rowindex") ?? "1";
};
let settle;
const started = new WeakSet();
const watch = (box) => box.addEventListener("scroll", () => {
  clearTimeout(settle);
  settle = setTimeout(() => {
    const row = topRow(box);
    note({ at: box.scrollLeft > 0 ? dayAt(box, box.scrollLeft) : "", row: row === "1" ? "" : row });
  }, 300);
}, { passive: true });

const goTo = (day, smooth = false) => {
  const box = scroller();
  const quiet = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  box?.scrollTo({ left: Math.max(xOf(box, day) - barsWidth(box) * 0.12, 0), behavior: smooth && !quiet ? "smooth" : "auto" });
};

// One stop for the Tab key; arrows move between rows. Links in rows are reached with Enter.
const cells = () => [...document.querySelectorAll('.tl-rows [role="gridcell"][tabindex]')];
const rove = (cell) => {
  for (const other of document.querySelectorAll('.tl-rows [role="gridcell"][tabindex="0"]')) other.tabIndex = -1;
  if (cell) cell.tabIndex = 0;
};
const tame = (part) => {
  for (const link of part.querySelectorAll(".tl-rows a")) link.tabIndex = -1;
};

const show = (cell) => {
  const box = scroller();
  const row = cell.closest('[role="row"]').getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  const top = frame.top + box.querySelector(".tl-head").offsetHeight;
  const cap = box.querySelector(".tl-cap");
  const bottom = frame.bottom - (cap?.offsetHeight ?? 0) - 16;
  if (row.top < top) box.scrollTop -= top - row.top;
  else if (row.bottom > bottom) box.scrollTop += row.bottom - bottom;
  const bar = cell.querySelector(".bar, path")?.getBoundingClientRect();
  const left = frame.right - barsWidth(box);
  if (bar?.width && (bar.left > frame.right - 40 || bar.right < left + 20)) box.scrollLeft += bar.left - left - barsWidth(box) * 0.12;
};
const focusOn = (cell) => {
  if (!cell) return;
  rove(cell);
  cell.focus({ preventScroll: true });
  show(cell);
};

// A gap is asked for when the keys come to it; the focus goes on when its rows are in. A far gap
// turns into near ones first.
let waiting = null;
const move = (from, by) => {
  waiting = null;
  const lines = [...document.querySelectorAll(".tl-rows .tl-group > [role=row]")];
  const here = lines.indexOf(from.closest('[role="row"]'));
  const next = lines[Math.min(Math.max(here + by, 0), lines.length - 1)];
  const gap = next?.closest(".tl-gap");
  if (gap) {
    waiting = { from, by: Math.sign(by) };
    // While rows settle their group still looks like the gap; then it has no probe.
    gap.querySelector(".tl-probe")?.dispatchEvent(new CustomEvent("near"));
    return;
  }
  focusOn(next?.querySelector('[role="gridcell"]'));
};

// Rows that were scrolled away are room again, and a block of them is one room: any plan is light.
const shed = (which = "") => {
  const frame = scroller().getBoundingClientRect();
  for (const part of document.querySelectorAll(`.tl-rows ${which}:has(> template)`)) {
    const { top, bottom } = part.getBoundingClientRect();
    const far = part.matches(".tl-group") ? 80 : 400;
    if (!part.isConnected || (bottom > frame.top - far && top < frame.bottom + far) || part.matches(":focus-within, :has([aria-selected], .is-held)")) continue;
    const gap = part.querySelector(":scope > template").content.firstChild.cloneNode(true);
    part.replaceWith(gap);
    window.htmx.process(gap);
  }
};

// The chain of the selected item is dark, other links are faint.
const chain = (key) => {
  const links = [...document.querySelectorAll(".tl-links .link")];
  const on = new Set();
  for (const [here, there] of [["to", "from"], ["from", "to"]]) {
    const seen = new Set([key]);
    for (const one of seen) {
      for (const link of links) {
        if (link.dataset[here] === one) { on.add(link); seen.add(link.dataset[there]); }
      }
    }
  }
  for (const link of links) link.classList.toggle("on", on.has(link));
  for (const layer of document.querySelectorAll(".tl-links")) layer.classList.toggle("has-chain", on.size > 0);
};
const select = (key) => {
  for (const row of document.querySelectorAll('.tl-row[aria-selected="true"]')) row.removeAttribute("aria-selected");
  if (key) document.querySelector(`.tl-row[data-key="${CSS.escape(key)}"]`)?.setAttribute("aria-selected", "true");
  chain(key);
};
// Opening the panel is a step of its own, so that Back closes it; another item takes its place.
const inspect = (key, asked = true) => {
  const url = new URL(location.href);
  const opens = !url.searchParams.has("item");
  url.searchParams.set("item", key);
  if (asked && opens) history.pushState({ panel: true }, "", url);
  else if (asked) history.replaceState(history.state, "", url);
  select(key);
  const cell = document.querySelector(`.tl-row[data-key="${CSS.escape(key)}"] [role="gridcell"]`);
  if (cell) show(cell);
  window.htmx.ajax("GET", scroller().dataset.path + url.search, { target: "#inspector", swap: "innerHTML" });
};
const shut = () => {
  const key = document.querySelector("#inspector [data-item]")?.dataset.item ?? "";
  document.getElementById("inspector").replaceChildren();
  select("");
  const row = document.querySelector(`.tl-row[data-key="${CSS.escape(key)}"]`);
  if (row) focusOn(row.querySelector('[role="gridcell"]'));
  else scroller()?.focus({ preventScroll: true });
};
const close = () => {
  if (history.state?.panel) return history.back();
  note({ item: "" });
  return shut();
};
window.addEventListener("popstate", (event) => {
  if (event.state?.htmx || !scroller()) return;
  const key = new URL(location.href).searchParams.get("item");
  if (key) inspect(key, false);
  else if (document.querySelector("#inspector > *")) shut();
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const today = event.target.closest("[data-today]:not(.tl-scroll)");
  const closer = event.target.closest("[data-close-item]");
  const opener = event.target.closest("[data-open]");
  const name = event.target.closest(".tl-row[data-key] a.name");
  const bar = event.target.closest('.tl-row[data-key] [role="gridcell"]');
  if (today && scroller()) { event.preventDefault(); goTo(scroller().dataset.today, true); }
  else if (closer) { event.preventDefault(); close(); }
  else if (opener && wide.matches && scroller()) { event.preventDefault(); inspect(opener.dataset.open); }
  else if (name && wide.matches) {
    event.preventDefault();
    rove(name.closest('[role="row"]').querySelector('[role="gridcell"]'));
    inspect(name.closest(".tl-row").dataset.key);
  } else if (bar) {
    focusOn(bar);
    if (event.target.closest(".bar") && wide.matches) inspect(bar.closest(".tl-row").dataset.key);
  }
});

const pages = 12;
const inGrid = {
  ArrowDown: (cell) => move(cell, 1),
  ArrowUp: (cell) => move(cell, -1),
  j: (cell) => move(cell, 1),
  k: (cell) => move(cell, -1),
  PageDown: (cell) => move(cell, pages),
  PageUp: (cell) => move(cell, -pages),
  Home: () => focusOn(cells()[0]),
  End: () => focusOn(cells().at(-1)),
  ArrowLeft: (cell) => {
    const row = cell.closest('[role="row"]');
    if (row.getAttribute("aria-expanded") === "true") return row.querySelector(".fold").click();
    const level = Number(row.getAttribute("aria-level"));
    const lines = cells().map((one) => one.closest('[role="row"]'));
    const above = lines.slice(0, lines.indexOf(row)).reverse();
    return focusOn(above.find((one) => Number(one.getAttribute("aria-level")) < level)?.querySelector('[role="gridcell"]'));
  },
  ArrowRight: (cell) => {
    const row = cell.closest('[role="row"]');
    if (row.getAttribute("aria-expanded") === "false") row.querySelector(".fold").click();
    else if (row.getAttribute("aria-expanded") === "true") move(cell, 1);
  },
  Enter: (cell, event) => {
    const row = cell.closest('[role="row"]');
    if (row.hasAttribute("aria-expanded")) row.querySelector(".fold").click();
    else if (event.shiftKey || !wide.matches) location.href = row.querySelector("a.name").href;
    else inspect(row.dataset.key);
  },
  w: (cell) => { const { key } = cell.closest(".tl-row").dataset; if (key) location.href = `/i/${key}/why/`; },
};
document.addEventListener("keydown", (event) => {
  const box = scroller();
  if (event.defaultPrevented || event.altKey || event.metaKey || !box) return;
  if (event.key === "Escape" && document.querySelector("#inspector > *") && !document.querySelector("dialog[open], details.drop[open]")) return close();
  if (!event.target.closest?.(".tl-scroll")) return;
  const cell = event.target.closest('.tl-rows [role="gridcell"]');
  if (event.ctrlKey) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) { event.preventDefault(); box.scrollBy({ left: by * barsWidth(box) * 0.5 }); }
    return;
  }
  const plain = { t: () => goTo(box.dataset.today), "+": () => document.getElementById("zoom-in").click(), "=": () => document.getElementById("zoom-in").click(), "-": () => document.getElementById("zoom-out").click(), "/": () => document.getElementById("filter-line").focus() };
  const does = (cell && inGrid[event.key]) || plain[event.key];
  if (!does) return;
  event.preventDefault();
  does(cell, event);
});

// Ctrl and the wheel zoom around the day under the pointer.
let anchor = null;
document.addEventListener("wheel", (event) => {
  const box = event.ctrlKey && event.target.closest?.(".tl-scroll");
  if (!box) return;
  event.preventDefault();
  const button = document.getElementById(event.deltaY < 0 ? "zoom-in" : "zoom-out");
  if (anchor || !button?.hasAttribute("href")) return;
  const left = event.clientX - (box.getBoundingClientRect().right - barsWidth(box));
  anchor = { day: dayAt(box, box.scrollLeft + left), left };
  button.click();
}, { passive: false });
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-full]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.getElementById("tl").requestFullscreen();
});

// A change of view keeps the left edge, the height and the row that has the focus.
let kept = null;
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, target, parameters } = event.detail;
  const box = scroller();
  if (target?.id !== "timeline" || !box || !elt.matches("a:not([data-anew])")) return;
  const row = document.activeElement?.closest?.(".tl-row")?.getAttribute("aria-rowindex") ?? topRow(box);
  event.detail.path = event.detail.path.replace(/([?&])row=\d+&?/, "$1");
  if (row !== "1") parameters.row = row;
});
document.addEventListener("htmx:historyRestore", () => start(null));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target?.matches(".tl-gap")) shed();
  const box = scroller();
  if (event.detail.target?.id !== "timeline" || !box) return;
  const row = document.activeElement?.closest?.(".tl-row");
  kept = { at: dayAt(box, box.scrollLeft), edge: box.scrollLeft, top: box.scrollTop, key: row?.dataset.key, lane: row?.dataset.lane };
});
document.addEventListener("htmx:afterSettle", (event) => {
  const id = event.detail.target?.id ?? "";
  if (id === "inspector") {
    document.querySelector("#inspector h2")?.focus({ preventScroll: true });
  } else if (id === "timeline") {
    start(kept);
    kept = null;
  } else if (id.startsWith("rows-")) {
    shed(".tl-block");
    tame(scroller());
    if (!document.querySelector('.tl-rows [tabindex="0"]')) rove(cells()[0]);
    const key = new URL(location.href).searchParams.get("item");
    if (key) chain(key);
    if (waiting?.from.isConnected) move(waiting.from, waiting.by);
  }
});

function start(before) {
  const box = scroller();
  if (!box || started.has(box)) return;
  started.add(box);
  watch(box);
  tame(box);
  const chosen = box.querySelector('[aria-selected="true"] [role="gridcell"]');
  rove(chosen ?? cells()[0]);
  if (before) {
    box.scrollTop = before.top;
    if (anchor) box.scrollLeft = Math.max(xOf(box, anchor.day) - anchor.left, 0);
    else box.scrollLeft = before.edge > 0 ? xOf(box, before.at) : 0;
    anchor = null;
    const line = before.key ? `[data-key="${CSS.escape(before.key)}"]` : before.lane ? `[data-lane="${CSS.escape(before.lane)}"]` : "";
    const cell = line && box.querySelector(`.tl-row${line} [role="gridcell"]`);
    if (cell) { rove(cell); cell.focus({ preventScroll: true }); }
    else if (line) box.focus({ preventScroll: true });
    if (box.scrollLeft > 0) note({ at: dayAt(box, box.scrollLeft) });
    return;
  }
  if (box.dataset.at) box.scrollLeft = xOf(box, box.dataset.at);
  else if (xOf(box, box.dataset.today) > barsWidth(box) * 0.6) goTo(box.dataset.today);
  const row = new URL(location.href).searchParams.get("row");
  const first = row && box.querySelector(`[aria-rowindex="${CSS.escape(row)}"]`);
  if (first) box.scrollTop += first.getBoundingClientRect().top - box.querySelector(".tl-head").getBoundingClientRect().bottom;
  else if (chosen) show(chosen);
}
start(null);
