/** Where one writes: messages, mentions, replies, commands. */
import { act, get, upload } from "./api.js";
import { CommandBar } from "./command.js";
import { el } from "./dom.js";
import { openModal } from "./modal.js";
import { Picker } from "./picker.js";
import { getPlace } from "./place.js";
import { say } from "./words.js";

export class Composer {
  constructor(place, pane) {
    this.place = place;
    this.pane = pane;
    this.picker = new Picker();
    this.bar = null;
    this.reply = null;
    this.commands = [];
    this.offering = null;
    this.input = el("textarea", {
      rows: 1, maxlength: 4000, placeholder: place.send, "aria-label": place.send, role: "combobox", "aria-expanded": "false",
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => this.picker.hide(),
    });
    this.quoted = el("div.reply-bar", { hidden: true });
    this.error = el("div.error", { role: "alert", hidden: true });
    this.box = el("div.box", {}, place.writable ? this.input : el("span.closed", {}, say("closed")));
    this.node = el("div.composer", {}, this.picker.node, this.quoted, this.box, this.error);
  }

  focus() {
    (this.bar ?? this.input).focus();
  }

  /** Begin a command that a message names. */
  begin(name) {
    if (this.bar) this.leave();
    this.input.value = `/${name} `;
    this.input.focus();
    this.typed();
  }

  replyTo(id, name) {
    this.reply = id;
    const cancel = el("button", { type: "button", "aria-label": say("cancel"), onclick: () => this.stopReply() }, "✕");
    this.quoted.replaceChildren(el("span", {}, say("replying", { name })), cancel);
    this.quoted.hidden = false;
    this.focus();
  }

  stopReply() {
    this.reply = null;
    this.quoted.hidden = true;
    this.focus();
  }

  key(event) {
    if (this.picker.take(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) this.sendText();
    else if (event.key === "Escape" && this.reply) this.stopReply();
    else if (event.key === "ArrowUp" && !this.input.value) this.pane.items().at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Offer commands after `/`, people and channels after `@` and `#`. */
  typed() {
    this.fail("");
    const text = this.input.value;
    if (text.startsWith("/")) return void (this.offering = this.offerCommands(text.slice(1)));
    const [, mark, begun] = /(?:^|\s)([@#])(\S*)$/.exec(text.slice(0, this.input.selectionStart)) ?? [];
    const fits = (name) => name.startsWith(mark) && name.toLowerCase().includes(begun.toLowerCase());
    const found = mark ? getPlace().names.filter(fits) : [];
    if (!found.length) return this.picker.hide();
    const insert = (name) => {
      const end = this.input.selectionStart;
      this.input.setRangeText(`${name} `, end - begun.length - 1, end, "end");
      this.picker.hide();
    };
    const items = found.map((name) => ({ label: name, onPick: () => insert(name) }));
    this.picker.show(this.input, say("people"), items, { first: true });
  }

  async offerCommands(text) {
    if (text === "" || !this.commands.length) {
      this.commands = (await get("commands", { channel: this.place.id })).commands;
      text = this.input.value.slice(1);
      if (!this.input.value.startsWith("/") || this.bar) return;
    }
    const typed = text.toLowerCase();
    const names = ({ label, name }) => [label, name];
    for (const command of this.commands) {
      const name = names(command).find((one) => typed.startsWith(`${one} `));
      if (name) return this.fill(command, text.slice(name.length).trimStart());
    }
    const matching = (how) => this.commands.filter((command) => names(command).some((name) => name[how](typed)));
    const found = [...new Set([...matching("startsWith"), ...matching("includes")])];
    const items = found.map((command) => ({
      label: `/${command.label}`, detail: command.description, from: getPlace().app, onPick: () => this.fill(command, ""),
    }));
    this.picker.show(this.input, say(items.length ? "commands" : "no_commands", { text }), items, { first: true });
  }

  fill(command, text) {
    this.picker.hide();
    this.input.value = "";
    this.show(new CommandBar(command, this));
    this.bar.begin(text);
  }

  show(bar) {
    this.bar = bar;
    this.box.replaceChildren(bar.node);
    bar.focus();
  }

  /** Go back to writing text. */
  leave() {
    this.bar = null;
    this.picker.hide();
    this.fail("");
    this.box.replaceChildren(this.input);
    this.input.focus();
  }

  /** Run the command that is filled in; what is refused can be mended and sent again. */
  async send() {
    const { bar } = this;
    if (!bar.check()) return this.fail(say("required"));
    const sent = { channel: this.place.id, name: bar.command.name, options: bar.options() };
    const picked = bar.files();
    this.leave();
    this.pane.toEnd();
    try {
      sent.files = Object.fromEntries(await Promise.all(picked.map(async ([name, file]) => [name, (await upload(file)).token])));
      const answer = await act("run", sent);
      if (answer.error) this.fail(say("no_answer"));
      if (answer.modal) openModal(answer);
    } catch (refusal) {
      if (!this.bar && !this.input.value) this.show(bar);
      this.fail(say(refusal.message));
    }
  }

  async sendText() {
    if (this.input.value.startsWith("/")) await this.offering;
    if (this.bar) return this.send(); // who types fast is ahead of the list of commands
    const text = this.input.value.trim();
    if (!text) return;
    this.pane.toEnd();
    try {
      await act("send", { channel: this.place.id, text, reply: this.reply });
      this.input.value = "";
      if (this.reply) this.stopReply();
    } catch (refusal) {
      this.fail(say(refusal.message));
    }
  }

  fail(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
  }
}
