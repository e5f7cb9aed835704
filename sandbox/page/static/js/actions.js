/** What the buttons, menus and links of a message do. */
import { act } from "./api.js";
import { el } from "./dom.js";
import { closeMenu, toggleMenu } from "./menu.js";
import { openModal } from "./modal.js";
import { say } from "./words.js";

/** Do what was clicked inside a pane; true if it was something. */
export function clicked(event, pane) {
  const node = event.target.closest("[data-act]");
  const item = node?.closest(".message");
  if (!item) return false;
  const { act: action, emoji, custom, name } = node.dataset;
  const more = item.querySelector("[data-act=actions]");
  if (node !== more) closeMenu(item, more);
  if (action === "reveal") node.classList.add("open");
  else if (action === "reply") pane.composer.replyTo(item.dataset.id, item.dataset.name);
  else if (action === "begin") pane.composer.begin(name);
  else if (action === "actions") toggleMenu(item, more, pane);
  else if (action === "use") use(more, "use", { ...where(item, pane), name });
  else if (action === "click") use(node, "click", { ...where(item, pane), custom_id: custom });
  else act(action, { ...where(item, pane), emoji }).catch((refusal) => pane.composer.fail(say(refusal.message)));
  return true;
}

/** Send what was chosen in a menu; one of several values when it is left, as Discord does. */
export function chosen(event, pane) {
  const menu = event.target;
  if (!menu.matches(".message select") || menu.multiple !== (event.type === "focusout")) return;
  const values = [...menu.selectedOptions].map((option) => option.value).filter(Boolean);
  if (values.length < Number(menu.dataset.least)) return;
  use(menu, "choose", { ...where(menu.closest(".message"), pane), custom_id: menu.dataset.custom, values });
}

const where = (item, pane) => ({ channel: pane.home(item.dataset.id), message: item.dataset.id });

/** Press or choose; tell below the message when nothing came back. */
async function use(node, action, body) {
  const item = node.closest(".message");
  item.querySelector(".failed")?.remove();
  node.setAttribute("aria-busy", "true");
  try {
    const answer = await act(action, body);
    if (answer.error) throw new Error("failed");
    if (answer.modal) openModal(answer);
  } catch (refusal) {
    item.append(el("div.failed", { role: "alert" }, say(refusal.message)));
  } finally {
    node.removeAttribute("aria-busy");
  }
}
