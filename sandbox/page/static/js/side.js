/** Servers, channels, members, and who one is. */
import { act, become } from "./api.js";
import { controls } from "./demo.js";
import { build, redraw } from "./dom.js";
import { remembered } from "./place.js";
import { say } from "./words.js";

const members = document.getElementById("members");
const unread = new Set();

/** Draw everything around the messages as the server describes it. */
export function drawSide(place) {
  document.getElementById("rail").replaceChildren(...place.rail.map(build));
  redraw(document.getElementById("channels"), place.side.map(build));
  members.setAttribute("aria-label", say("members"));
  members.replaceChildren(...place.members.map(build));
  markOpen();
}

/** Let a channel or thread stand out until it is opened. */
export function markUnread(id) {
  unread.add(id);
  markOpen();
}

/** Show which channel or thread is open, and where there is something new. */
export function markOpen() {
  const places = [...document.querySelectorAll(".place")];
  // A forum's post is not listed: its forum is shown as open.
  const open = remembered().findLast((id) => places.some((entry) => entry.dataset.key === id));
  remembered().forEach((id) => unread.delete(id));
  for (const entry of places) {
    entry.classList.toggle("active", entry.dataset.key === open);
    entry.classList.toggle("unread", unread.has(entry.dataset.key));
    if (entry.dataset.key === open) entry.setAttribute("aria-current", "page");
    else entry.removeAttribute("aria-current");
  }
}

/** Do what was clicked at the side; `again` loads everything anew. */
export async function clickedSide(event, again) {
  const { control, switch: name, value } = event.target.closest("[data-control], [data-switch]")?.dataset ?? {};
  if (control) return controls[control]();
  if (name === "theme") return switchTheme();
  if (name === "become") {
    become(value);
    unread.clear();
  } else if (name) await act(name, { value });
  else return;
  again();
}

function switchTheme() {
  const { dataset } = document.documentElement;
  dataset.theme = dataset.theme === "light" ? "dark" : "light";
  localStorage.setItem("theme", dataset.theme);
}
