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
