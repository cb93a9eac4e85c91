// The shell: theme, sidebar, menus, dialogs, toasts, and what the server's errors say.
const root = document.documentElement;
root.classList.add("js");

const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; samesite=lax`;
};
const say = (text, region = "live") => {
  const spot = document.getElementById(region);
  if (spot) {
    spot.textContent = "";
    setTimeout(() => { spot.textContent = text; }, 50);
  }
};

// Theme: the cookie makes the next first paint right.
const setTheme = (theme) => {
  remember("theme", theme);
  root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
  }
};

const toggleSidebar = () => {
  const shell = document.querySelector(".shell");
  if (!shell) return;
  remember("sidebar", shell.classList.toggle("is-rail") ? "collapsed" : "");
};
document.addEventListener("toggle-sidebar", toggleSidebar);

// Dialogs: a link marked data-dialog shows its page's content in place; without scripts it is a link.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener = null;

const showDialog = (title) => {
  const heading = body.querySelector("h1, h2");
  document.getElementById("dialog-title").textContent = heading?.textContent.trim() || title;
  if (heading?.matches("h1")) heading.remove();
  if (!dialog.open) {
    opener = document.activeElement;
    dialog.showModal();
  }
  body.querySelector("form :is(input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea)")?.focus();
};

const openInDialog = async (link) => {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Target": "dialog-body" } }).catch(() => {});
  if (!answer?.ok || answer.redirected) {
    location.href = link.href;
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-dialog-content]") ?? page.querySelector("#main .page") ?? page.body;
  body.replaceChildren(...[...found.childNodes].map((node) => document.importNode(node, true)));
  window.htmx?.process(body);
  showDialog(link.textContent.trim());
};

dialog?.addEventListener("close", () => {
  body.replaceChildren();
  if (opener?.isConnected) opener.focus();
  opener = null;
});

const closeDrops = (except) => {
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    if (!drop.contains(except)) drop.open = false;
  }
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("a, button, dialog, summary");
  if (!event.target.closest("details.drop")) closeDrops();
  if (!target) return;
  if (target.matches("dialog") && event.target === target) {
    const box = target.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right
      || event.clientY < box.top || event.clientY > box.bottom;
    if (outside) target.close();
  } else if (target.matches("[data-close]")) {
    target.closest("dialog").close();
  } else if (target.matches("[data-theme-set]")) {
    event.preventDefault();
    setTheme(target.dataset.themeSet);
  } else if (target.matches("[data-sidebar]")) {
    toggleSidebar();
  } else if (target.matches("[data-dismiss]")) {
    target.closest(".toast").remove();
  } else if (target.matches("[data-inspector-close]") && !target.hasAttribute("href")) {
    document.getElementById("inspector").replaceChildren();
  } else if (target.matches("[data-help]") && document.getElementById("keys")) {
    event.preventDefault();
    target.closest("[popover]")?.hidePopover();
    document.dispatchEvent(new Event("open-help"));
  } else if (target.matches("a[data-dialog]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openInDialog(target);
  }
});

// Menus: focus goes in, arrows move, Esc closes and gives the focus back.
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (box.matches?.("details.drop") && box.open) closeDrops(box);
  if (event.newState === "open" && box.matches?.("[popover]")) {
    box.querySelector("a, button:not([data-theme-set]), input")?.focus();
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.activeElement?.closest("details.drop[open]")?.querySelector("summary").focus();
    closeDrops();
    return;
  }
  const menu = event.target.closest?.(".menu");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const stops = [...menu.querySelectorAll("a, button")].filter((stop) => stop.offsetParent);
  const here = stops.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  stops.at(next % stops.length)?.focus();
  event.preventDefault();
});

// Toasts go by themselves, those with a button later; not while somebody reads or reaches for them.
const letGo = (toast) => {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), toast.querySelector("form, a") ? 60000 : 8000); };
  const stop = () => clearTimeout(timer);
  for (const type of ["mouseenter", "focusin"]) toast.addEventListener(type, stop);
  for (const type of ["mouseleave", "focusout"]) toast.addEventListener(type, start);
  if (!toast.classList.contains("is-bad")) start();
};
const toasts = document.getElementById("toasts");
if (toasts) {
  toasts.querySelectorAll(".toast").forEach(letGo);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach((node) => { if (node.matches?.(".toast")) letGo(node); });
    toasts.querySelector(".toast:not(.is-bad):nth-last-child(n+4)")?.remove();
  }).observe(toasts, { childList: true });
}

const pop = ({ words: text, undo = "", bad = false }) => {
  const make = (tag, values) => Object.assign(document.createElement(tag), values);
  const toast = make("div", { className: bad ? "toast is-bad" : "toast" });
  toast.append(make("p", { textContent: text }));
  if (undo) {
    // It has the token.
    const form = document.getElementById("undo").cloneNode(true);
    Object.assign(form, { id: "", action: undo, hidden: false });
    form.append(make("button", { className: "btn small", textContent: "Undo" }));
    toast.append(form);
  }
  toast.append(make("button", { className: "btn quiet small", type: "button", textContent: "Dismiss" }));
  toast.lastChild.dataset.dismiss = "";
  toasts?.append(toast);
  if (bad) say(text, "alert");
};
const complain = (text) => pop({ words: text, bad: true });
document.addEventListener("toast", (event) => pop(event.detail));
document.addEventListener("announce", (event) => say(event.detail));

// What htmx brings: a refusal is told in words, a conflict opens theirs and mine, jobs speak up.
const SENTENCES = {
  0: "The server cannot be reached. What you typed is still here.",
  403: "You may not do this here.",
  404: "This is gone, or not yours to see.",
};
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const page = new DOMParser().parseFromString(responseText, "text/html");
  const reason = page.querySelector("[data-reason]")?.textContent.trim();
  complain(reason || SENTENCES[status] || `The server failed (${status}). What you typed is still here.`);
});
document.addEventListener("htmx:sendError", () => complain(SENTENCES[0]));
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "dialog-body") showDialog("Changed meanwhile");
  const count = event.detail.target?.querySelector?.("[data-count]");
  if (count) say(count.textContent);
});

let spoken = {};
document.addEventListener("htmx:load", (event) => {
  const card = event.detail.elt.matches?.("[data-job]") ? event.detail.elt : null;
  if (!card) return;
  const bar = card.querySelector("progress");
  const quarter = bar?.max > 1 ? Math.floor((bar.value / bar.max) * 4) : 0;
  const now = `${card.dataset.job} ${quarter}`;
  if (spoken[card.id] && spoken[card.id] !== now) {
    say(`${card.dataset.jobTitle}: ${card.dataset.job === "running" ? `${quarter * 25} %` : card.dataset.job}`);
  }
  spoken = { ...spoken, [card.id]: now };
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const cap of document.querySelectorAll("[data-mod]")) cap.textContent = "⌘ K";
}
