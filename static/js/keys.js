// Shortcuts, of which the help dialog is the registry, rows that are selected, and the command palette.
const help = document.getElementById("keys");
const pages = help?.querySelector("template");
const single = help?.dataset.single === "on";
const registry = new Map(
  [...(pages?.content.querySelectorAll("[data-keys]") ?? [])].map((line) => [
    line.dataset.keys.toLowerCase(),
    { action: line.dataset.action, url: line.dataset.url },
  ]),
);

// The help is no part of a page until it is asked for. It names only keys that do something there.
const openHelp = () => {
  pages.replaceWith(pages.content);
  for (const part of help.querySelectorAll("[data-needs]")) part.hidden = !document.querySelector(part.dataset.needs);
  help.showModal();
  return true;
};
document.addEventListener("open-help", openHelp);

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const here = () => document.activeElement?.closest?.("[data-row]");
// In the focused row, else on the page.
const click = (selector) => {
  const found = here()?.querySelector(selector)
    ?? [...document.querySelectorAll(selector)].find((element) => element.offsetParent);
  found?.click();
  return Boolean(found);
};
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
const linkOf = (row) => row.querySelector("th a") ?? row.querySelector("a");

const step = (by) => {
  const list = rows();
  const grid = list.length ? null : document.querySelector("[data-grid] [tabindex='0']");
  grid?.focus();
  if (!list.length) return Boolean(grid);
  const at = list.indexOf(here());
  const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
  linkOf(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
};

const actions = {
  go: ({ url }) => { location.href = url; return true; },
  palette: () => document.dispatchEvent(new CustomEvent("open-palette")) || true,
  help: openHelp,
  filter: () => {
    const bar = document.querySelector("[data-filter]");
    const line = document.getElementById("filter-line");
    if (line) { line.focus(); line.select(); return true; }
    const drop = bar?.querySelector("details.drop");
    if (drop) drop.open = true;
    bar?.querySelector("input[type=search], input:not([type=hidden]), select")?.focus();
    return Boolean(bar);
  },
  create: () => click("[data-create]"),
  sidebar: () => document.dispatchEvent(new CustomEvent("toggle-sidebar")) || true,
  inspector: () => click("[data-inspector-close]"),
  next: () => step(1),
  previous: () => step(-1),
  select: () => here()?.querySelector("input[type=checkbox]") && click("input[type=checkbox]"),
  edit: () => (here()?.querySelector("[data-cell]") && click("[data-cell]")) || click("[data-does=edit]"),
  open: () => false,
};

let pressed = "";
let timer;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    actions.palette();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing(event.target) && !document.querySelector("dialog[open]")) {
    const form = document.getElementById(event.shiftKey ? "redo" : "undo");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (!single || event.ctrlKey || event.metaKey || typing(event.target)) return;
  if (event.target.closest?.("[data-grid]") || event.key.length > 1) return;
  clearTimeout(timer);
  const key = event.key.toLowerCase();
  const after = registry.get(`${pressed} ${key}`);
  pressed = "";
  // C opens a menu, C D goes on.
  if (!after && document.querySelector("dialog[open], [popover]:popover-open")) return;
  const found = after ?? registry.get(key);
  if (found && (actions[found.action] ?? (() => click(`[data-does="${found.action}"]`)))(found)) event.preventDefault();
  if (!after && [...registry.keys()].some((keys) => keys.startsWith(`${key} `))) {
    pressed = key;
    timer = setTimeout(() => { pressed = ""; }, 1200);
  }
});

// Rows that are selected show the bulk bar.
const boxesOf = (form) => [...form.elements].filter((box) => box.matches("[data-row] input[type=checkbox]"));
const refresh = (form) => {
  const bar = form?.querySelector("[data-bulk]");
  if (!bar) return;
  const boxes = boxesOf(form);
  const chosen = boxes.filter((box) => box.checked);
  bar.hidden = !chosen.length;
  bar.removeAttribute("data-empty");
  bar.querySelector("[data-bulk-count]").textContent = `${chosen.length} selected`;
  for (const box of boxes) box.closest("[data-row]").setAttribute("aria-selected", String(box.checked));
  const all = [...form.elements].find((box) => box.matches("[data-all]"));
  if (all) {
    all.checked = chosen.length === boxes.length && boxes.length > 0;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
};
document.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=checkbox]")) return;
  const form = event.target.form;
  if (event.target.matches("[data-all]")) {
    for (const box of boxesOf(form)) box.checked = event.target.checked;
  }
  refresh(form);
});
const clear = (form) => {
  for (const box of boxesOf(form)) box.checked = false;
  refresh(form);
};
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) clear(event.target.closest("form"));
});
document.addEventListener("keydown", (event) => {
  const bar = event.key === "Escape" ? document.querySelector("[data-bulk]:not([hidden])") : null;
  if (bar && !document.querySelector("dialog[open]")) clear(bar.closest("form"));
});

// The command palette: what can be done here first, then what the server finds.
const palette = document.getElementById("palette");
const input = palette?.querySelector("input[name=q]");
const local = document.getElementById("palette-here");
const none = document.getElementById("palette-none");

const labelOf = (element) => (element.getAttribute("aria-label") ?? element.textContent).replace(/\s+/g, " ").trim();
const SOURCES = ["#main [data-does], #main .page-head .btn:is(a, button)", "#create a", ".sidebar .nav a"];

const offer = () => {
  none.hidden = true;
  const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = SOURCES.flatMap((source) => [...document.querySelectorAll(source)])
    .map((element) => ({ element, label: element.closest("#create") ? `Create: ${labelOf(element)}` : labelOf(element) }))
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const title = document.createElement("p");
  title.className = "title";
  title.textContent = "Do or go to";
  title.setAttribute("aria-hidden", "true");
  local.replaceChildren(title, ...found.slice(0, 8).map(({ element, label }) => {
    const line = document.createElement("a");
    line.setAttribute("role", "option");
    line.href = element.href ?? "#";
    line.textContent = label;
    if (!element.href) {
      line.addEventListener("click", (event) => {
        event.preventDefault();
        palette.close();
        element.click();
      });
    }
    return line;
  }));
  local.hidden = !found.length;
  mark(0);
};

const options = () => [...palette.querySelectorAll("[role=option]")].filter((option) => option.offsetParent);
const chosen = () => palette.querySelector("[role=option][aria-selected=true]");
const mark = (index) => {
  const list = options();
  list.forEach((option, at) => {
    option.id = `palette-option-${at}`;
    option.tabIndex = -1;
    option.setAttribute("aria-selected", String(at === index));
  });
  const now = list[index];
  if (now) {
    input.setAttribute("aria-activedescendant", now.id);
    now.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
};

const open = () => {
  if (!palette || palette.open) return;
  document.querySelectorAll(":popover-open").forEach((box) => box.hidePopover());
  palette.showModal();
  input.select();
  offer();
  window.htmx?.trigger(input, "palette-open");
};

if (palette) {
  document.addEventListener("open-palette", open);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-palette]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("input", offer);
  palette.addEventListener("htmx:afterSwap", () => {
    mark(0);
    none.hidden = options().length > 0 || !input.value.trim();
  });
  palette.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    const list = options();
    if (event.key === "Enter") {
      if (!chosen()) return;
      event.preventDefault();
      chosen().click();
    } else if (list.length) {
      event.preventDefault();
      const at = list.indexOf(chosen()) + (event.key === "ArrowDown" ? 1 : -1);
      mark((at + list.length) % list.length);
    }
  });
}
