/** Puts the page together: the open channel, the open thread, what the server tells. */
import { follow, get } from "./api.js";
import { acceptDrops, hush, tell } from "./demo.js";
import { el, icon } from "./dom.js";
import { Forum } from "./forum.js";
import { Pane } from "./pane.js";
import { find, getPlace, remember, remembered, setPlace } from "./place.js";
import { clickedSide, drawSide, markOpen, markUnread } from "./side.js";
import { say, setSentences } from "./words.js";

const main = document.getElementById("main");
const side = document.getElementById("thread");
const isMenuOpen = () => document.body.classList.contains("menu-open");
const visited = new Set();
let channel = null;
let thread = null;
let isLost = false;

const panes = () => [channel, thread].filter((pane) => pane instanceof Pane);
const focusPane = (pane) => (pane.composer ?? pane).focus();

/** Open a channel, or a thread beside the channel that it belongs to; go to a message there. */
async function open(id, messageId = null) {
  document.body.classList.remove("menu-open");
  const place = find(id);
  if (!place) return;
  const home = place.parent ? find(place.parent) : place;
  if (channel?.place.id !== home.id) await openChannel(home);
  if (place.parent && thread?.place.id !== id) await openThread(place);
  if (!place.parent && !messageId) closeThread();
  remember(home.id, thread?.place.id);
  markOpen();
  const pane = place.parent ? thread : channel;
  if (messageId) pane.point(messageId);
  else focusPane(pane);
}

async function openChannel(place) {
  closeThread();
  channel = place.forum ? new Forum(place) : new Pane(place);
  const openMenu = () => document.body.classList.add("menu-open");
  const menu = el("button.icon-button", { id: "menu", type: "button", "aria-label": say("menu"), onclick: openMenu }, icon("menu"));
  const topic = place.topic && el("span.topic", {}, place.topic);
  const head = el("header.head", {}, menu, icon(place.icon), el("h1", {}, place.name), topic);
  main.replaceChildren(head, ...channel.nodes);
  await channel.load();
}

/** Open a thread: at its beginning the first time, later at its end. */
async function openThread(place) {
  thread = new Pane(place);
  const close = el("button.icon-button", { type: "button", "aria-label": say("close"), onclick: leaveThread }, icon("close"));
  side.replaceChildren(el("header.head", {}, icon(place.icon), el("h2", {}, place.name), close), ...thread.nodes);
  side.hidden = false;
  await thread.load();
  if (!visited.has(place.id)) thread.log.scrollTop = 0;
  visited.add(place.id);
}

function closeThread() {
  thread = null;
  side.hidden = true;
  side.replaceChildren();
}

function leaveThread() {
  closeThread();
  remember(channel.place.id);
  markOpen();
  focusPane(channel);
}

function show(place) {
  setPlace(place);
  drawSide(place);
}

/** Load everything: at the beginning, as another reader, or after the server was away. */
async function begin({ language, sentences }) {
  setSentences(sentences);
  document.documentElement.lang = language;
  show(await get("place"));
  const [home, inside] = remembered();
  const first = getPlace().channels.find((place) => !place.forum);
  channel = null;
  await open((find(inside) ?? find(home) ?? first).id);
  hush();
  isLost = false;
}

function listen() {
  follow({
    hello: begin,
    place: (place) => {
      show(place);
      if (channel instanceof Forum) channel.load();
    },
    message: (message) => {
      panes().forEach((pane) => pane.show(message));
      if (message.new && panes().every((pane) => pane.place.id !== message.channel)) markUnread(message.channel);
    },
    gone: ({ id }) => panes().forEach((pane) => pane.take(id)),
    renew: async () => {
      show(await get("place"));
      [channel, thread].forEach((pane) => pane?.load());
    },
    lost: () => {
      if (!isLost && getPlace()) tell("bad", say("gone"));
      isLost = true;
    },
  });
}

function pressed(event) {
  const isTyping = event.target.matches("input, textarea, select") || document.querySelector("dialog");
  const isLetter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Escape" && isMenuOpen()) document.body.classList.remove("menu-open");
  else if (event.key === "Escape" && thread && (!isTyping || side.contains(event.target))) leaveThread();
  else if (isLetter && !isTyping) (thread ?? channel)?.composer?.focus(); // one types, and it goes into the box
}

function clicked(event) {
  const link = event.target.closest("[data-go]");
  if (link) {
    event.preventDefault();
    open(link.dataset.go, link.dataset.message);
  } else if (isMenuOpen() && !event.target.closest("#side, #menu")) document.body.classList.remove("menu-open");
  clickedSide(event, listen);
}

document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "dark";
document.addEventListener("keydown", pressed);
document.addEventListener("click", clicked);
acceptDrops(open);
listen();
