// The matrix by keyboard: arrows move between cells, Enter or a digit scores, ? shows the scale, Esc leaves.
// Cells copied from a spreadsheet are pasted from the focused cell on, and looked at before they fill anything.
// One cell is in the tab order at a time; after a save the focus returns to the cell it was in.

let last = "";

const table = () => document.querySelector("table[data-grid]");
const cells = (grid) => [...grid.tBodies[0].rows].filter((row) => !row.classList.contains("mx-g")).map((row) => [...row.cells].filter((cell) => cell.tagName === "TD"));
const opener = (cell) => cell.querySelector("[data-cell-open]");

const place = (grid, cell) => {
  for (let y = 0; y < grid.length; y += 1) {
    const x = grid[y].indexOf(cell);
    if (x >= 0) return [x, y];
  }
  return null;
};

const enter = (cell) => {
  for (const other of table().querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  last = cell.id;
};

const prepare = () => {
  const grid = table();
  if (!grid?.tBodies.length) return;
  const all = cells(grid).flat();
  all.forEach((cell) => {
    cell.tabIndex = -1;
    const link = opener(cell);
    if (link) link.tabIndex = -1;
  });
  const first = all.find((cell) => cell.id === last) ?? all[0];
  if (first) first.tabIndex = 0;
};

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("table[data-grid] tbody tr:not(.mx-g) td");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && cell.querySelector("[data-cell-cancel]")) {
    event.preventDefault();
    cell.querySelector("[data-cell-cancel]").click();
    return;
  }
  if (event.target !== cell) return;
  const grid = cells(table());
  const [x, y] = place(grid, cell);
  const rtl = document.dir === "rtl" ? -1 : 1;
  let to = null;
  if (MOVES[event.key]) to = [x + MOVES[event.key][0] * rtl, y + MOVES[event.key][1]];
  if (event.key === "Home") to = [0, event.shiftKey ? 0 : y];
  if (event.key === "End") to = [grid[y].length - 1, event.shiftKey ? grid.length - 1 : y];
  if (to) {
    event.preventDefault();
    const next = grid[to[1]]?.[to[0]];
    if (next) enter(next);
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    toggleAnchors(cell);
    return;
  }
  if (!opener(cell)) return;
  if (event.key === "Enter" || event.key === "F2" || /^[0-9]$/.test(event.key)) {
    event.preventDefault();
    last = cell.id;
    cell.dataset.typed = event.key.length === 1 ? event.key : "";
    opener(cell).click();
  }
});

const toggleAnchors = (cell) => {
  const shown = cell.querySelector("[data-anchors-shown]");
  if (shown) { shown.remove(); return; }
  const line = document.createElement("p");
  line.className = "mx-n";
  line.dataset.anchorsShown = "";
  line.setAttribute("role", "status");
  cell.append(line);
  line.textContent = cell.dataset.anchors;
};

document.addEventListener("paste", (event) => {
  const cell = document.activeElement?.closest?.("table[data-grid] tbody tr:not(.mx-g) td");
  const form = document.querySelector("form[data-paste]");
  if (!form || !cell || cell !== document.activeElement) return;
  event.preventDefault();
  form.elements.text.value = event.clipboardData.getData("text/plain");
  form.elements.at.value = cell.id.replace(/^cell-(\d+)-(\d+)$/, "$1:$2");
  form.submit();
});

document.addEventListener("focusin", (event) => {
  const cell = event.target.closest?.("table[data-grid] tbody tr:not(.mx-g) td");
  if (cell) last = cell.id;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const form = document.querySelector("[data-cell-form]");
  if (form && event.target.contains(form)) {
    const cell = form.closest("td");
    const input = form.querySelector("[name=value]");
    if (cell.dataset.typed) {
      input.value = cell.dataset.typed;
      delete cell.dataset.typed;
      input.focus();
    } else {
      input.focus();
      input.select();
    }
    return;
  }
  if (event.target.id !== "weighed" && !event.target.querySelector?.("#weighed")) return;
  prepare();
  const cell = document.getElementById(last);
  if (cell?.tagName === "TD") enter(cell);
});

prepare();

// Maps of debt: one tile is in the tab order, arrows go to the nearest that way, Escape and Backspace lead a level up.
const tiles = (map) => [...map.querySelectorAll("a, g")];
const rove = (map, tile) => { for (const other of tiles(map)) other.setAttribute("tabindex", other === tile ? 0 : -1); };
const middle = (tile) => {
  const { x, y, width, height } = tile.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
};

document.addEventListener("keydown", (event) => {
  const map = event.target.closest?.("svg.tree");
  if (!map || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = tiles(map);
  const way = MOVES[event.key];
  const [x, y] = middle(event.target);
  const far = (tile) => {
    const [a, b] = middle(tile);
    const along = (a - x) * way[0] + (b - y) * way[1];
    return along > 1 ? along + 2 * Math.abs((a - x) * way[1] + (b - y) * way[0]) : Infinity;
  };
  const next = way ? all.filter((tile) => far(tile) < Infinity).sort((one, other) => far(one) - far(other))[0]
    : { Home: all[0], End: all.at(-1) }[event.key];
  const up = /^(Escape|Backspace)$/.test(event.key) && document.querySelector("[data-up]");
  if (next || up) event.preventDefault();
  next?.focus();
  up?.click?.();
});
document.addEventListener("focusin", ({ target }) => {
  const map = target.closest?.("svg.tree");
  if (map) rove(map, target);
});
const unfold = () => { for (const map of document.querySelectorAll("svg.tree")) rove(map, tiles(map)[0]); };
document.addEventListener("htmx:afterSettle", unfold);
unfold();

// Sliders of weights: what one gains, the others give in proportion; the server answers with the rest.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (slider.type !== "range" || !slider.form?.matches("[data-weights]")) return;
  const others = [...slider.form.querySelectorAll("input[type=range]")].filter((other) => other !== slider);
  const whole = others.reduce((sum, other) => sum + Number(other.dataset.exact ?? other.value), 0);
  const left = 100 - Number(slider.value);
  slider.dataset.exact = slider.value;
  for (const other of others) {
    const exact = Number(other.dataset.exact ?? other.value);
    const share = whole > 0 ? (exact / whole) * left : left / others.length;
    other.dataset.exact = String(share);
    other.value = String(share);
  }
}, true);

// "Save" is a plain post to another address, without htmx.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("form[data-weights] [data-plain]");
  if (!button) return;
  event.preventDefault();
  button.form.action = button.formAction;
  HTMLFormElement.prototype.submit.call(button.form);
});
