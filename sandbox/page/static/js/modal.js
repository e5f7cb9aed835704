/** A dialog that the bot opened. */
import { act } from "./api.js";
import { el } from "./dom.js";
import { say } from "./words.js";

const INPUT = 4, LABEL = 18, PARAGRAPH = 2;

export function openModal(answer) {
  const { modal, interaction } = answer;
  const error = el("div.error", { role: "alert" });
  const form = el("form", { method: "dialog" }, el("h2", {}, modal.title), modal.components.map(field), error);
  const dialog = el("dialog", { "aria-label": modal.title, onclose: () => dialog.remove() }, form);
  form.append(
    el("footer", {},
      el("button.button", { type: "button", onclick: () => dialog.close() }, say("cancel")),
      el("button.button.style-1", { type: "submit" }, say("submit"))),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const sent = await act("submit", { interaction, fields: Object.fromEntries(new FormData(form)) });
      if (sent.error) throw new Error(say("no_answer"));
      dialog.close();
    } catch (problem) {
      error.textContent = problem.message;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

function field(item) {
  const input = item.type === LABEL ? item.component : item.components?.[0];
  if (!input) return el("p", {}, item.content ?? "");
  return el("label", {}, item.label ?? input.label ?? "", control(input));
}

function control(input) {
  const common = { name: input.custom_id, required: input.required ?? true };
  if (input.type !== INPUT) {
    return el("select", common, (input.options ?? []).map((option) => el("option", { value: option.value }, option.label)));
  }
  const limits = { minLength: input.min_length ?? undefined, maxLength: input.max_length ?? undefined };
  const shown = { placeholder: input.placeholder ?? "", value: input.value ?? "" };
  return el(input.style === PARAGRAPH ? "textarea" : "input", { ...common, ...limits, ...shown });
}
