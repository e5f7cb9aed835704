/** Servers, channels, members, and who one is. */
import { act, become } from "./api.js";
import { controls } from "./demo.js";
import { build, el, redraw } from "./dom.js";
import { remembered } from "./place.js";
import { say } from "./words.js";

const members = document.getElementById("members");

/** Draw everything around the messages as the server describes it. */
export function drawSide(place) {
  const initials = place.guild.split(" ").map((word) => word[0]).join("");
  document.getElementById("rail").replaceChildren(
    el("span.server", {}, el("img", { src: "/static/bot.svg", alt: "" })), el("span.rail-line"),
    el("span.server.active", { title: place.guild }, initials));
  redraw(document.getElementById("channels"), place.side.map(build));
  members.setAttribute("aria-label", say("members"));
  members.replaceChildren(...place.members.map(build));
  markOpen();
}

/** Show which channel or thread is open. */
export function markOpen() {
  const open = remembered().at(-1);
  for (const entry of document.querySelectorAll(".place")) {
    entry.classList.toggle("active", entry.dataset.key === open);
    if (entry.dataset.key === open) entry.setAttribute("aria-current", "page");
    else entry.removeAttribute("aria-current");
  }
}

/** Do what was clicked at the side; `again` loads everything anew. */
export async function clickedSide(event, again) {
  const { control, switch: name, value } = event.target.closest("[data-control], [data-switch]")?.dataset ?? {};
  if (control) return controls[control]();
  if (name === "theme") return switchTheme();
  if (name === "become") become(value);
  else if (name === "speak") await act("locale", { language: value });
  else return;
  again();
}

function switchTheme() {
  const { dataset } = document.documentElement;
  dataset.theme = dataset.theme === "light" ? "dark" : "light";
  localStorage.setItem("theme", dataset.theme);
}
