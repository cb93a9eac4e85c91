// Lists and boards: cells that turn into fields, many lines pasted into the quick line, cards moved.
const inline = (link) => htmx.ajax("GET", link.href, { target: link.closest("td, th"), swap: "innerHTML", source: link });

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cell]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  inline(link);
});

document.addEventListener("paste", (event) => {
  const line = event.target.closest?.("#quick-line");
  const text = line && event.clipboardData.getData("text/plain");
  if (!text || !text.trim().includes("\n")) return;
  event.preventDefault();
  many(line, line.value + text);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey || event.target.id !== "quick-line") return;
  event.preventDefault();
  many(event.target, event.target.value && `${event.target.value}\n`);
});
const many = (line, text) => {
  const field = document.createElement("textarea");
  field.name = "text";
  field.hidden = true;
  field.value = text;
  line.form.append(field);
  document.getElementById("paste-many").click();
};

// A board: arrows between cards, M for the menu of one, and dragging as an extra.
const cards = (column) => [...column.querySelectorAll(".card")];
const focusCard = (card) => card?.querySelector(".title").focus();
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".card");
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.target.matches(".title")) return;
  const column = card.closest("[data-column]");
  const at = cards(column).indexOf(card);
  const columns = [...document.querySelectorAll("[data-column]")];
  const beside = (step) => {
    for (let next = columns.indexOf(column) + step; columns[next]; next += step) {
      const list = cards(columns[next]);
      if (list.length) return list[Math.min(at, list.length - 1)];
    }
  };
  const moves = {
    ArrowDown: () => focusCard(cards(column)[at + 1]),
    ArrowUp: () => focusCard(cards(column)[at - 1]),
    ArrowRight: () => focusCard(beside(1)),
    ArrowLeft: () => focusCard(beside(-1)),
    m: () => {
      const menu = card.querySelector("details");
      if (menu) { menu.open = true; menu.querySelector("button")?.focus(); }
    },
  };
  const move = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation();
  move();
}, true);

const arm = () => {
  if (document.getElementById("move")) for (const card of document.querySelectorAll(".card")) card.draggable = true;
  // Back from a move: the card that was moved has the focus again.
  const moved = location.hash && document.querySelector(`.card[data-card^="${CSS.escape(location.hash.slice(1))}:"]`);
  if (moved) { focusCard(moved); moved.scrollIntoView({ block: "nearest", inline: "nearest" }); }
};
arm();
document.addEventListener("htmx:afterSettle", arm);
let held;
document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.(".card");
  if (held) { held.classList.add("is-drag"); event.dataTransfer.effectAllowed = "move"; }
});
document.addEventListener("dragend", () => {
  held?.classList.remove("is-drag");
  for (const column of document.querySelectorAll(".is-over")) column.classList.remove("is-over");
  held = undefined;
});
document.addEventListener("dragover", (event) => {
  const column = held && event.target.closest?.("[data-column]");
  for (const other of document.querySelectorAll(".is-over")) if (other !== column) other.classList.remove("is-over");
  if (!column) return;
  event.preventDefault();
  column.classList.add("is-over");
});
document.addEventListener("drop", (event) => {
  const column = held && event.target.closest?.("[data-column]");
  if (!column) return;
  event.preventDefault();
  if (column.contains(held)) return;
  const form = document.getElementById("move");
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: `${held.dataset.card}:${column.dataset.column}` });
  form.append(field);
  form.requestSubmit();
});

// A saved cell: its row's box carries the new version, the field comes with focus, the value gets it back.
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  const form = target.querySelector?.("form[data-inline]");
  if (form) {
    const field = form.querySelector("input:not([type=hidden]), select");
    field?.focus();
    if (field?.type === "text") field.select();
    return;
  }
  const row = target.matches?.("td, th") && target.closest("[data-row]");
  if (!row) return;
  const saved = target.querySelector("[data-version]");
  const box = saved && row.querySelector("input[name=item]");
  if (box) box.value = saved.dataset.version;
  if (document.activeElement === document.body) target.querySelector("a")?.focus();
});

// The line that logs debt: Enter saves, Shift+Enter opens, and words with a mark are tinted.
const MARKED = /(?<!\S)(?:[~+@!#=]\S+|https?:\/\/\S+|(?:[\w.@-]+\/)+[\w.@-]+(?::\d+(?:-\d+)?)?)/g;

const tint = (field) => {
  const ink = field.closest(".qa-box").querySelector("[data-quick-ink]");
  const parts = [];
  let at = 0;
  for (const match of field.value.matchAll(MARKED)) {
    parts.push(field.value.slice(at, match.index));
    const mark = document.createElement("mark");
    mark.textContent = match[0];
    parts.push(mark);
    at = match.index + match[0].length;
  }
  parts.push(field.value.slice(at));
  ink.replaceChildren(...parts);
};

for (const field of document.querySelectorAll("[data-quick] textarea")) {
  tint(field);
  field.addEventListener("input", () => tint(field));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (!field.value.trim()) return;
    const open = field.form.querySelector("button[value=open]");
    field.form.requestSubmit(event.shiftKey && open ? open : field.form.querySelector("button.main"));
  });
}
