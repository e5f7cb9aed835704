/** The list above the composer: arrows move, Enter and Tab choose. */
import { el } from "./dom.js";

let made = 0;

export class Picker {
  constructor() {
    made += 1;
    this.node = el("div.picker", { role: "listbox", id: `picker-${made}`, hidden: true });
    this.items = [];
    this.at = -1;
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** Offer items `{label, detail, from, onPick}`; `first` highlights the first. */
  show(input, title, items, { first = false } = {}) {
    this.input = input;
    this.items = items;
    this.node.replaceChildren(el("div.title", {}, title), ...items.map((item, at) => this.choice(item, at)));
    this.node.hidden = false;
    input.setAttribute("aria-controls", this.node.id);
    input.setAttribute("aria-expanded", "true");
    this.highlight(first && items.length ? 0 : -1);
  }

  hide() {
    this.node.hidden = true;
    this.items = [];
    this.at = -1;
    this.input?.removeAttribute("aria-activedescendant");
    this.input?.setAttribute("aria-expanded", "false");
  }

  choice(item, at) {
    const pick = (event) => {
      event.preventDefault(); // the input keeps the focus
      item.onPick();
    };
    return el("div.choice", { role: "option", id: `${this.node.id}-${at}`, onmousedown: pick },
      el("div.what", {}, el("b", {}, item.label), item.detail && el("small", {}, item.detail)),
      item.from && el("span.from", {}, item.from));
  }

  highlight(at) {
    this.at = at;
    this.node.querySelectorAll(".choice").forEach((node, index) => {
      node.setAttribute("aria-selected", String(index === at));
      if (index !== at) return;
      node.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", node.id);
    });
    if (at < 0) this.input.removeAttribute("aria-activedescendant");
  }

  /** Take a key; true if it was for the list. */
  take(event) {
    if (!this.isOpen || event.isComposing) return false;
    const count = this.items.length;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown" && count) this.highlight((this.at + 1) % count);
    else if (event.key === "ArrowUp" && count) this.highlight((this.at + count - (this.at < 0 ? 0 : 1)) % count);
    else if (event.key === "Enter" && this.at >= 0) this.items[this.at].onPick();
    else if (event.key === "Tab" && !event.shiftKey && count) this.items[Math.max(0, this.at)].onPick();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
