/** A forum: its posts with their tags; a tag shows only the posts that carry it. */
import { get } from "./api.js";
import { build, el, redraw } from "./dom.js";

export class Forum {
  constructor(place) {
    this.place = place;
    this.tag = "";
    this.list = el("div.forum", { tabindex: -1, onclick: (event) => this.filter(event), onkeydown: (event) => this.walk(event) });
    this.nodes = [this.list];
  }

  async load() {
    const { posts } = await get("forum", { channel: this.place.id, tag: this.tag });
    redraw(this.list, posts.map(build));
  }

  focus() {
    (this.list.querySelector(".post") ?? this.list).focus();
  }

  filter(event) {
    const { tag } = event.target.closest("[data-tag]")?.dataset ?? {};
    if (!tag) return;
    this.tag = this.tag === tag ? "" : tag;
    this.load();
  }

  walk(event) {
    const posts = [...this.list.querySelectorAll(".post")];
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !posts.length) return;
    event.preventDefault();
    posts[Math.max(0, Math.min(posts.length - 1, posts.indexOf(document.activeElement) + step))].focus();
  }
}
