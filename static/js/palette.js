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
