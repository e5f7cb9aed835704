/** The menu of a message: to reply, and the commands that a bot has for messages. */
import { get } from "./api.js";
import { el } from "./dom.js";
import { say } from "./words.js";

const EDGE = 8;
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/** Open or close the menu of `button`; its items are clicked like everything else in the message. */
export async function toggleMenu(item, button, pane) {
  if (button.ariaExpanded === "true") return closeMenu(item, button);
  button.ariaExpanded = "true";
  try {
    const { on_messages: commands } = await get("commands", { channel: pane.place.id });
    if (item.isConnected) open(item, button, pane, commands); // else it changed meanwhile, and has a new button
  } catch (refusal) {
    button.ariaExpanded = "false";
    pane.composer.fail(say(refusal.message));
  }
}

function open(item, button, pane, commands) {
  const entry = (label, data) => el("button", { type: "button", role: "menuitem", tabindex: -1, ...data }, label);
  const menu = el("div.menu", {
    popover: "manual", role: "menu", "aria-label": say("actions"), onkeydown: (event) => pressed(event, menu, button),
    onfocusout: ({ relatedTarget: to }) => to !== button && !menu.contains(to) && close(menu, button),
  }, pane.home(item.dataset.id) === pane.place.id && entry(say("reply"), { "data-act": "reply" }),
  commands.map(({ name, label }) => entry(label, { "data-act": "use", "data-name": name })));
  item.append(menu);
  menu.showPopover(); // above everything, whatever scrolls
  place(menu, button.getBoundingClientRect());
  menu.firstElementChild.focus();
}

/** Close the menu of a message if it is open; its button has the keyboard again. */
export function closeMenu(item, button) {
  const menu = item.querySelector(":scope > .menu");
  if (!menu) return;
  button.focus();
  close(menu, button);
}

function close(menu, button) {
  if (button.ariaExpanded === "false") return; // what is removed loses the keyboard, too
  button.ariaExpanded = "false";
  menu.remove();
}

/** Put it below the button, or above where there is no room. */
function place(menu, near) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = near.bottom + height + EDGE < innerHeight;
  menu.style.left = `${Math.max(EDGE, near.right - width)}px`;
  menu.style.top = `${below ? near.bottom : Math.max(EDGE, near.top - height)}px`;
}

function pressed(event, menu, button) {
  const entries = [...menu.children];
  const at = entries.indexOf(document.activeElement);
  if (event.key === "Escape" || event.key === "Tab") closeMenu(menu.parentElement, button);
  else if (event.key in STEPS) entries.at((at + STEPS[event.key]) % entries.length).focus();
  else if (event.key === "Home" || event.key === "End") entries.at(event.key === "Home" ? 0 : -1).focus();
  else return;
  event.stopPropagation();
  if (event.key !== "Tab") event.preventDefault();
}
