// An @ and letters in a comment offer whoever may read it. Typing on without choosing works as well.
const list = Object.assign(document.createElement("div"), { id: "people", className: "people", hidden: true });
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "People");
const WORD = /(?<![\w@./])@([^\s@]*(?: [^\s@]+)?)$/u;
let field = null;
let asked = 0;

const typed = () => field?.value.slice(0, field.selectionStart).match(WORD);
const options = () => [...list.children];
const chosen = () => list.querySelector("[aria-selected=true]");
const close = () => {
  asked += 1;
  list.hidden = true;
  field?.removeAttribute("aria-activedescendant");
};
const choose = (option) => {
  chosen()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
};
const insert = (option) => {
  const end = field.selectionStart;
  const found = typed();
  close();
  if (!found) return; // the caret has left the name
  field.setRangeText(`@${option.dataset.name} `, end - found[0].length, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const offer = async () => {
  const word = typed()?.[1];
  if (word === undefined) return close();
  const mine = (asked += 1);
  // Until the answer is there, Enter must not choose somebody who is not meant any more.
  list.hidden ||= !chosen()?.textContent.toLowerCase().includes(word.toLowerCase());
  const answer = await fetch(`${field.dataset.people}?${new URLSearchParams({ q: word })}`).catch(() => null);
  const found = answer?.ok ? await answer.text() : "";
  if (mine !== asked) return; // something newer was typed, and is on its way
  list.innerHTML = found;
  if (!options().length) return close();
  list.hidden = false;
  choose(options()[0]);
  document.dispatchEvent(new CustomEvent("announce", { detail: `${options().length} people, arrow keys and Enter choose` }));
};

document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.people) return;
  if (target !== field) {
    field = target;
    field.after(list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
  }
  offer();
});
document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey) return;
  const all = options();
  const step = { ArrowDown: 1, ArrowUp: all.length - 1 || 1 }[event.key];
  if (step) choose(all[(all.indexOf(chosen()) + step) % all.length]);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) insert(chosen());
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  event.preventDefault();
  if (option) insert(option);
});
document.addEventListener("focusout", ({ target }) => { if (target === field) close(); });
