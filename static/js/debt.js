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
