// Sliders of weights: what one gains, the others give in proportion; the server answers with the rest.
const form = () => document.querySelector("form[data-weights]");

document.addEventListener("input", (event) => {
  const slider = event.target;
  if (slider.type !== "range" || slider.form !== form()) return;
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
  const plain = button.form;
  const method = document.createElement("input");
  Object.assign(method, { type: "hidden", name: button.name, value: button.value });
  plain.append(method);
  plain.action = button.formAction;
  HTMLFormElement.prototype.submit.call(plain);
});
