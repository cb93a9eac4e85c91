// Forms: a sending button is busy, errors get the focus, and nothing typed is lost.

// Busy while sending, at the same width.
const busy = (button) => {
  if (!button || button.hasAttribute("aria-busy")) return;
  button.style.inlineSize = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  setTimeout(() => { button.disabled = true; });
};
const free = (button) => {
  if (!button?.hasAttribute("aria-busy")) return;
  button.removeAttribute("aria-busy");
  button.disabled = false;
  button.removeAttribute("style");
};

// A browser cuts a text that is too long without a word; here it stays, and the field says so.
const measured = "input[maxlength], textarea[maxlength]";
const measure = (within) => {
  for (const field of within.querySelectorAll?.(measured) ?? []) {
    field.dataset.most = field.maxLength;
    field.removeAttribute("maxlength");
  }
};
document.addEventListener("input", ({ target: field }) => {
  if (field.dataset.most) {
    const over = field.value.length - Number(field.dataset.most);
    field.setCustomValidity(over > 0 ? `${over} too many: at most ${field.dataset.most} characters.` : "");
    if (over > 0) field.reportValidity();
  }
  // What was refused is being mended: the refusal is about a text that is gone.
  if (field.getAttribute("aria-invalid") === "true") {
    field.removeAttribute("aria-invalid");
    for (const id of (field.getAttribute("aria-describedby") ?? "").split(" ")) {
      const said = id && document.getElementById(id);
      if (said && said.matches(".error")) said.hidden = true;
    }
  }
});

// What a search leaves empty is not part of its address.
document.addEventListener("formdata", ({ target: form, formData }) => {
  if (form.method !== "get") return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

const submitters = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  // Sent already.
  if (form.querySelector("button[aria-busy]")) return event.preventDefault();
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  submitters.set(form, button);
  const byHtmx = form.matches("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]");
  if (!byHtmx && !event.defaultPrevented && form.method !== "dialog" && !form.target) busy(button);
  keepSent(form);
  const drop = form.matches("[data-filter], #filter-menus") && document.querySelector("[data-filter] details.drop[open]");
  if (drop) {
    // Applied: the rows below are what is wanted now.
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("form")) busy(submitters.get(event.detail.elt));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.("form")) return;
  free(submitters.get(form));
  if (event.detail.successful) drop(form);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[aria-busy=true]").forEach(free);
});

// A form that came back with errors: the summary is read out first.
const focusSummary = (within) => within.querySelector?.("[data-summary]")?.focus();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status === 422) focusSummary(event.detail.elt.ownerDocument);
});

// Unsent text lives in this tab until it was sent, through errors, conflicts and sign-in again.
const KEEP = "keep:";
const nameOf = (form) => KEEP + form.dataset.keep;
const read = (form) => JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "null");
const write = (form, kept) => sessionStorage.setItem(nameOf(form), JSON.stringify(kept));
const fieldsOf = (form) => [...form.elements].filter(
  (field) => field.name && field.matches("textarea, input[type=text], input[type=search], input:not([type])"),
);
const drop = (form) => {
  if (form.dataset?.keep) sessionStorage.removeItem(nameOf(form));
};
function keepSent(form) {
  if (!form.dataset.keep) return;
  const kept = read(form);
  if (kept) write(form, { ...kept, sent: true });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.keep) return;
  const values = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
  write(form, { values, sent: false });
  const note = form.querySelector("[data-kept]");
  if (note) note.textContent = "Kept in this tab until sent";
});

const restore = (form) => {
  const kept = read(form);
  if (!kept) return;
  const refused = form.querySelector("[aria-invalid=true], [data-summary]");
  if (kept.sent && !refused) {
    drop(form);
    return;
  }
  for (const field of fieldsOf(form)) {
    if (!field.value && kept.values[field.name]) field.value = kept.values[field.name];
  }
};

if (document.querySelector("[data-entrance]")) {
  // Signed out in between: whatever was being sent did not arrive.
  for (const name of Object.keys(sessionStorage).filter((key) => key.startsWith(KEEP))) {
    sessionStorage.setItem(name, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(name)), sent: false }));
  }
}
const arrive = (within) => {
  measure(within);
  within.querySelectorAll?.("form[data-keep]").forEach(restore);
};
arrive(document);
document.addEventListener("htmx:load", (event) => arrive(event.detail.elt));
focusSummary(document);

// Edit in place: Enter saves (the browser's own), Esc restores; a choice saves at once.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-inline]");
  if (form && event.key === "Escape") {
    form.reset();
    event.target.blur();
    form.querySelector("[data-cancel]")?.click();
    event.stopPropagation();
  }
  const composer = event.target.closest?.("form");
  if (composer && event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit();
});
document.addEventListener("change", (event) => {
  if (event.target.closest("form[data-autosubmit]")) event.target.form.requestSubmit();
});
