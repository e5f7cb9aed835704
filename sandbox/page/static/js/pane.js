/** A channel or thread: its messages as they come, and where one writes. */
import { chosen, clicked } from "./actions.js";
import { get } from "./api.js";
import { Composer } from "./composer.js";
import { build, el } from "./dom.js";

const TOGETHER_SECONDS = 7 * 60;
const NEAR_END = 120;

export class Pane {
  constructor(place) {
    this.place = place;
    this.messages = new Map();
    this.pending = null;
    this.log = el("ol.log", {
      tabindex: 0, role: "log", "aria-label": place.name, onkeydown: (event) => this.walk(event),
      onclick: (event) => clicked(event, this),
      onchange: (event) => chosen(event, this), onfocusout: (event) => chosen(event, this),
    });
    this.composer = new Composer(place, this);
    this.nodes = [this.log, this.composer.node];
  }

  /** Load what is there; what changes meanwhile is applied after it. */
  async load() {
    const since = (this.pending = []);
    const { welcome, messages } = await get("messages", { channel: this.place.id });
    if (this.pending !== since) return; // another load began later and will see more
    this.pending = null;
    this.welcome = build(welcome);
    for (const id of this.messages.keys()) if (!messages.some((one) => one.id === id)) this.messages.delete(id);
    this.keepEnd(() => messages.forEach((message) => this.put(message)));
    for (const change of since) change();
  }

  /** Show a message if it belongs here; a thread shows the one that it hangs from, too. */
  show(message) {
    if (this.pending) return void this.pending.push(() => this.show(message));
    if (message.channel !== this.place.id && !this.messages.has(message.id)) return;
    this.keepEnd(() => this.put(message));
    if (message.new && message.private) this.toEnd(); // it answers what one has just done
  }

  take(id) {
    if (this.pending) return void this.pending.push(() => this.take(id));
    const hadFocus = this.messages.get(id)?.node.contains(document.activeElement);
    if (this.messages.delete(id)) this.draw();
    if (hadFocus) this.composer.focus();
  }

  /** Return the channel where a message is: a thread's first one is in the channel around it. */
  home(id) {
    return this.messages.get(id).data.home;
  }

  put(data) {
    const known = this.messages.get(data.id);
    const node = build(data.element);
    const focused = known?.node.contains(document.activeElement) && document.activeElement;
    this.messages.set(data.id, { data, node });
    if (!focused) return;
    // A page that was turned keeps the keyboard where it was.
    known.node.replaceWith(node);
    const same = `[data-custom="${CSS.escape(focused.dataset.custom ?? "")}"]:enabled`;
    (node.querySelector(same) ?? node.querySelector(".row button:enabled") ?? node).focus();
  }

  /** Draw, and stay at the end if that is where one was. */
  keepEnd(change) {
    const wasAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
    change();
    this.draw();
    if (wasAtEnd) this.toEnd();
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Put everything in order: days apart, what one author says in a row together. */
  draw() {
    const all = [...this.messages.values()].sort((a, b) => (BigInt(a.data.id) < BigInt(b.data.id) ? -1 : 1));
    const nodes = [this.welcome];
    let before = null;
    for (const { data, node } of all) {
      if (before?.day !== data.day) nodes.push(el("li.day", { role: "separator" }, data.day));
      node.classList.toggle("first", before?.day !== data.day || !together(before, data));
      nodes.push(node);
      before = data;
    }
    // Only what is not yet where it belongs is moved: focus and selection survive.
    const wanted = new Set(nodes);
    for (const child of [...this.log.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, at) => {
      if (this.log.children[at] !== node) this.log.insertBefore(node, this.log.children[at] ?? null);
    });
  }

  /** Go to a message and let it glow. */
  point(id) {
    const node = this.messages.get(id)?.node;
    node?.scrollIntoView({ block: "center" });
    node?.focus({ preventScroll: true });
    node?.classList.add("flash");
    node?.addEventListener("blur", () => node.classList.remove("flash"), { once: true });
  }

  items() {
    return [...this.log.querySelectorAll(":scope > .message")];
  }

  /** Arrows go from message to message, Enter to its first button, Esc back to writing. */
  walk(event) {
    const items = this.items();
    const at = items.indexOf(event.target.closest(".message"));
    if (event.target.matches("select")) return;
    if (event.key === "Escape") this.composer.focus();
    else if (event.key === "ArrowUp") items.at(at < 0 ? -1 : Math.max(0, at - 1))?.focus();
    else if (event.key === "ArrowDown") (at === items.length - 1 ? this.composer : items[at + 1]).focus();
    else if (event.key === "Enter" && event.target === items[at]) {
      items[at].querySelector(".body :is(button, select, a):enabled, .body a")?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function together(before, data) {
  const near = data.seconds - before.seconds < TOGETHER_SECONDS && before.author === data.author;
  return near && !before.ends && !data.alone && before.private === data.private;
}
