// Hand on the timeline: bars, targets and rows move by pointer or by keys; what would follow is asked
// for while the hand rests. Whoever may only read has no handles. Every gesture is a form elsewhere too.
const DAY = 86400000;
const REST_MS = 150;
const grid = () => document.querySelector(".tl-scroll[data-change]");
const later = (day, days) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
const rowOf = (node) => node?.closest?.(".tl-row[data-hand]");
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const spoken = (day) => new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(day));
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const svg = (name, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};
const daysOff = (team) => JSON.parse(grid().dataset.off ?? "{}")[team] ?? [];
const workdays = (from, to, team) => {
  let count = 0;
  const step = from < to ? 1 : -1;
  const off = daysOff(team);
  const works = (day) => ![0, 6].includes(new Date(day).getUTCDay()) && !off.some(([first, last]) => first <= day && day <= last);
  for (let day = from; day !== to; day = later(day, step)) if (works(day)) count += step;
  return count;
};
const once = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

// What the server says: a sentence, and the way back.
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const post = async (url, values) => {
  try {
    const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf(), Accept: "application/json" }, body: new URLSearchParams(values) });
    if (answer.headers.get("Content-Type")?.includes("json")) return { ok: answer.ok, ...(await answer.json()) };
    return { ok: false, words: answer.status === 403 ? "You may not change this plan." : `The server failed (${answer.status}). Nothing was changed.` };
  } catch {
    return { ok: false, lost: true, words: "The server cannot be reached." };
  }
};

// After a change the grid is asked for anew; until new dates are in, what would follow stays drawn.
let follows = [];
let mine = false;
const refresh = () => window.htmx.ajax("GET", location.href, { target: "#timeline", select: "#timeline", swap: "outerHTML" });
const inScenario = () => ("scenario" in grid().dataset ? { scenario: grid().dataset.scenario } : {});
// What got no answer may have arrived all the same: asked once more, and done again by hand, it has the
// same number, so that it is kept once.
let unsure = null;
const change = async (values) => {
  const asked = { ...inScenario(), ...values };
  const said = JSON.stringify(asked);
  if (unsure?.said !== said) unsure = { said, once: once() };
  const send = () => post(grid().dataset.change, { once: unsure.once, ...asked });
  let answer = await send();
  if (answer.lost) {
    await new Promise((done) => setTimeout(done, 1000));
    answer = await send();
  }
  if (answer.lost) answer.words += " Do it again once it can: it is kept once.";
  else unsure = null;
  if (!answer.ok) follows = [];
  mine = mine || answer.ok;
  await refresh();
  tell("toast", { words: answer.words, undo: answer.undo, bad: !answer.ok });
};
// A scenario is computed by a worker as well: its outlines come when they are in.
let tries = 0;
setInterval(() => {
  if (!document.querySelector("[data-trying]")) tries = 0;
  else tries += 1;
  if (held || tries === 0 || tries > 30) return;
  refresh();
}, 2500);
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!grid() || !(form.id === "undo" || form.id === "redo" || form.matches(".toast form"))) return;
  event.preventDefault();
  const answer = await post(form.action, {});
  form.closest(".toast")?.remove();
  for (const told of document.querySelectorAll(".toast form")) {
    if (answer.undone && told.getAttribute("action") === answer.undone) told.closest(".toast").remove();
  }
  follows = [];
  mine = true;
  await refresh();
  tell("toast", { words: answer.words, undo: answer.undo, bad: !answer.ok });
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "fresh" || !mine || held || !grid()) return;
  if (document.querySelector("#fresh [data-newer]")) {
    follows = [];
    mine = false;
    refresh();
  }
});
document.addEventListener("htmx:afterSettle", (event) => {
  const id = event.detail.target?.id ?? "";
  if (id === "timeline" || id.startsWith("rows-")) outline(follows);
});

// Followers as outlines where they would be. All are measured before one is drawn: no layout between.
const outline = (rows) => {
  for (const old of document.querySelectorAll(".drag50")) old.remove();
  const { pixels } = grid()?.dataset ?? {};
  const found = rows.map(({ key, days }) => {
    const body = document.querySelector(`.tl-row[data-key="${CSS.escape(key)}"] .bar .f50`);
    return body && days && [body, days, body.getBBox()];
  });
  for (const [body, days, at] of found.filter(Boolean)) {
    body.closest("svg.tl-bars").append(svg("rect", { class: "drag50", x: at.x + days * pixels, y: at.y, width: Math.max(at.width, 3), height: at.height, rx: 3 }));
  }
};

let held = null;
const tip = document.createElement("div");
tip.className = "tl-tip";
tip.hidden = true;
document.body.append(tip);
const say = (head, body = "") => {
  tip.replaceChildren();
  const strong = document.createElement("b");
  strong.textContent = head;
  tip.append(strong);
  if (body) tip.append(document.createElement("br"), body);
  tip.hidden = false;
  const near = held?.ghost?.getBoundingClientRect() ?? held?.row.getBoundingClientRect();
  if (!near) return;
  const { offsetWidth: width, offsetHeight: height } = tip;
  tip.style.left = `${Math.min(Math.max(held.x ?? near.left, 8), innerWidth - width - 8)}px`;
  tip.style.top = `${near.bottom + height + 12 > innerHeight ? near.top - height - 8 : near.bottom + 8}px`;
};

let rest;
let asking;
const preview = (values) => {
  clearTimeout(rest);
  asking?.abort();
  rest = setTimeout(async () => {
    asking = new AbortController();
    try {
      const answer = await fetch(`${grid().dataset.preview}?${new URLSearchParams({ ...inScenario(), ...values })}`, { signal: asking.signal });
      const found = await answer.json();
      if (!held) return;
      follows = (found.rows ?? []).filter((row) => row.key !== held.row.dataset.key);
      outline(follows);
      held.after = found.words;
      say(held.head, found.words);
      if (held.keys) tell("announce", `${held.head}. ${found.words}`);
    } catch { /* a newer question took its place */ }
  }, REST_MS);
};

const HEADS = { start: "Not before", exact: "Exactly on", target: "Promised for" };
const hold = (row, what, extra = {}) => {
  const { dataset } = row;
  const from = (what === "target" ? dataset.target ?? dataset.start : dataset.start) ?? grid().dataset.today;
  const shape = row.querySelector(what === "target" ? ".flag" : ".bar");
  held = { row, what, from, days: 0, ...extra };
  row.classList.add("is-held");
  if (shape) {
    held.ghost = shape.cloneNode(true);
    held.ghost.classList.add("is-ghost");
    row.querySelector("svg.tl-bars").append(held.ghost);
  }
  fetch(`${grid().dataset.preview}?${new URLSearchParams(inScenario())}`);
};
const valuesOf = ({ row, what, from, days }) => ({
  do: what, item: row.dataset.key, version: row.dataset.version, day: later(from, days), ...("pinned" in row.dataset ? { pinned: "on" } : {}),
});
const shift = (days) => {
  if (held.days === days && held.head) return;
  held.days = days;
  const day = later(held.from, days);
  const count = workdays(held.from, day, held.row.dataset.team);
  held.ghost?.setAttribute("transform", `translate(${days * grid().dataset.pixels} 0)`);
  const head = HEADS[held.what === "start" && "pinned" in held.row.dataset ? "exact" : held.what];
  held.head = `${head} ${spoken(day)}, ${count > 0 ? "+" : count < 0 ? "−" : ""}${Math.abs(count)} working days`;
  say(held.head, held.after);
  if (held.keys) tell("announce", held.head);
  if (days) preview(valuesOf(held));
};
const letGo = () => {
  clearTimeout(rest);
  asking?.abort();
  held?.row.classList.remove("is-held");
  held?.ghost?.remove();
  held?.wire?.remove();
  for (const row of document.querySelectorAll(".drop-here")) row.classList.remove("drop-here");
  tip.hidden = true;
  held = null;
};
const drop = () => {
  const values = held.days ? valuesOf(held) : null;
  if (values && held.what === "start") follows = [...follows, { key: held.row.dataset.key, days: held.days }];
  letGo();
  if (values) change(values);
  else outline([]);
};
const cancel = () => {
  letGo();
  follows = [];
  outline(follows);
};

// By pointer. Touch scrolls; there the forms do the same.
const laneOf = (row) => {
  let at = row;
  while (at && !at.matches(".tl-lane")) at = at.previousElementSibling;
  return (at ?? row.closest(".tl-group")).dataset;
};
const under = (event) => document.elementsFromPoint(event.clientX, event.clientY).map((node) => node.closest(".tl-rows .tl-row")).find(Boolean);
let press = null;
document.addEventListener("pointerdown", (event) => {
  const row = rowOf(event.target);
  if (!grid() || !row || event.button || event.pointerType === "touch" || event.ctrlKey || event.metaKey) return;
  const flag = event.target.closest(".flag");
  const dot = event.target.closest(".end-dot");
  const bar = event.target.closest(".bar");
  const cell = event.target.closest(".tl-cell");
  const what = dot ? "link" : flag ? "target" : bar && row.dataset.hand === "start" ? "start" : cell && !event.target.closest("a.name") ? "row" : "";
  if (what) press = { row, what, x: event.clientX, y: event.clientY };
  if (what && what !== "start") event.preventDefault();
});
document.addEventListener("pointermove", (event) => {
  if (press && !held && Math.hypot(event.clientX - press.x, event.clientY - press.y) > 4) {
    if (press.what === "link" || press.what === "row") held = { row: press.row, what: press.what };
    else hold(press.row, press.what);
    held.left = grid().scrollLeft;
    if (held.what === "link") {
      const dotAt = press.row.querySelector(".end-dot");
      held.wire = svg("path", { class: "wire", d: "" });
      held.from = [Number(dotAt.getAttribute("cx")), Number(dotAt.getAttribute("cy"))];
      press.row.querySelector("svg.tl-bars").append(held.wire);
    }
  }
  if (!press || !held || held.keys) return;
  event.preventDefault();
  held.x = event.clientX + 12;
  if (held.what === "link" || held.what === "row") return aim(event);
  shift(Math.round((event.clientX - press.x + grid().scrollLeft - held.left) / grid().dataset.pixels));
});
const aim = (event) => {
  const over = under(event);
  const { key } = held.row.dataset;
  for (const row of document.querySelectorAll(".drop-here")) if (row !== over) row.classList.remove("drop-here");
  if (held.wire) {
    const frame = held.wire.ownerSVGElement.getBoundingClientRect();
    held.wire.setAttribute("d", `M${held.from.join(" ")}L${event.clientX - frame.left} ${event.clientY - frame.top}`);
  }
  held.values = null;
  held.head = held.what === "link" ? "Onto the item that waits" : "Onto a row or a lane";
  if (over && over !== held.row && held.what === "link" && over.dataset.key) {
    held.head = `${over.dataset.key} waits for ${key}`;
    held.values = { do: "link", item: key, other: over.dataset.key };
  } else if (over && over !== held.row && held.what === "row") {
    const lane = laneOf(over);
    const { lanes, ranked } = grid().dataset;
    const name = lane.lane;
    if (lanes !== "none" && name !== laneOf(held.row).lane && name !== "later") {
      held.head = `Into ${lane.title}`;
      held.values = { do: "lane", item: key, version: held.row.dataset.version, lane: name === "none" ? `none-${lanes}` : name };
    } else if (ranked !== undefined && over.dataset.key) {
      held.head = `Before ${over.dataset.key} in the order`;
      held.values = { do: "rank", item: key, before: over.dataset.key };
    }
  }
  if (held.values) over.classList.add("drop-here");
  say(held.head, held.values && held.asked === held.head ? held.after : "");
  if (held.values && held.asked !== held.head) {
    held.asked = held.head;
    held.after = "";
    preview(held.values);
  }
};
document.addEventListener("pointerup", (event) => {
  if (press && held && !held.keys) {
    const block = (click) => { click.stopPropagation(); click.preventDefault(); };
    document.addEventListener("click", block, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", block, true), 50);
    event.preventDefault();
    if (held.what === "link" || held.what === "row") {
      const { values } = held;
      letGo();
      if (values) change(values);
      else cancel();
    } else drop();
  }
  press = null;
});
document.addEventListener("pointercancel", () => { press = null; if (held) cancel(); });

// A dot at the end of the bar under the pointer: from it a link is drawn to the item that waits.
document.addEventListener("pointerover", (event) => {
  const row = grid() && !press ? rowOf(event.target) : null;
  if (!row || row.querySelector(".end-dot")) return;
  for (const dot of document.querySelectorAll(".end-dot")) dot.remove();
  const body = row.querySelector(".bar .f50");
  if (!body) return;
  const at = body.getBBox();
  body.closest("svg.tl-bars").append(svg("circle", { class: "end-dot", cx: at.x + at.width + 6, cy: at.y + at.height / 2, r: 5 }));
});

// By keys: M or [ the start, ] the target; arrows move it, Enter keeps, Esc drops.
const dialog = (url) => {
  const link = Object.assign(document.createElement("a"), { href: url, hidden: true, textContent: "" });
  link.dataset.dialog = "";
  document.body.append(link);
  link.click();
  link.remove();
};
const neighbour = (row, by) => {
  const rows = [...document.querySelectorAll(".tl-rows .tl-row[data-key]")];
  return rows[rows.indexOf(row) + by] ?? null;
};
const back = () => encodeURIComponent(location.pathname + location.search);
const begins = {
  m: (row) => row.dataset.hand === "start" && (hold(row, "start", { keys: true }), shift(0), true),
  "[": (row) => begins.m(row),
  "]": (row) => { hold(row, "target", { keys: true }); shift(0); return true; },
  p: (row) => row.dataset.hand === "start" && row.dataset.start && (change({ do: "pin", item: row.dataset.key, version: row.dataset.version, day: row.dataset.start, ...("pinned" in row.dataset ? {} : { pinned: "on" }) }), true),
  d: (row) => (dialog(`/i/${row.dataset.key}/link/?back=${back()}`), true),
  e: (row) => (dialog(`/i/${row.dataset.key}/estimate/?back=${back()}`), true),
  s: (row) => (dialog(`/i/${row.dataset.key}/move/?back=${back()}`), true),
};
document.addEventListener("keydown", (event) => {
  if (held?.keys && (!held.row.isConnected || event.key === "Tab" || event.ctrlKey || event.metaKey)) {
    cancel();
    return;
  }
  if (held?.keys) {
    const step = event.altKey ? 1 : grid().dataset.step * (event.shiftKey ? 5 : 1);
    const does = {
      ArrowLeft: () => shift(held.days - step),
      ArrowRight: () => shift(held.days + step),
      Enter: drop,
      Escape: cancel,
      Delete: () => { const values = { ...valuesOf(held), day: "", pinned: "" }; letGo(); change(values); },
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    does();
    return;
  }
  if (held && event.key === "Escape") { press = null; cancel(); return; }
  const cell = event.target.closest?.('.tl-rows [role="gridcell"]');
  const row = rowOf(cell);
  if (!grid() || !row || event.ctrlKey || event.metaKey) return;
  const by = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by && grid().dataset.ranked !== undefined) {
    event.preventDefault();
    if (by < 0) {
      const above = neighbour(row, -1);
      if (above) change({ do: "rank", item: row.dataset.key, before: above.dataset.key });
      return;
    }
    // Rows that are not here may lie between: the next one goes before this one instead.
    const below = neighbour(row, 1);
    if (below?.dataset.hand) change({ do: "rank", item: below.dataset.key, before: row.dataset.key });
    return;
  }
  if (event.altKey || !begins[event.key]?.(row)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => { if (held?.keys && held.row.contains(event.target)) cancel(); });
