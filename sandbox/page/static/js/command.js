/** A slash command being filled in: one pill per option, choices from the bot as one types. */
import { act } from "./api.js";
import { el } from "./dom.js";
import { say } from "./words.js";

const PAUSE_MS = 80;

export class CommandBar {
  /** `composer` has the place and the picker, sends, and is where one leaves to. */
  constructor(command, composer) {
    this.command = command;
    this.composer = composer;
    this.pills = [];
    this.asked = 0;
    this.more = el("button.more-options", {
      type: "button", onclick: () => this.offerMore(), onkeydown: (event) => this.key(event, null),
      onblur: () => composer.picker.hide(),
    });
    this.node = el("div.command-bar", {}, el("span.slash", {}, `/${command.label}`), this.more);
    const required = command.options.filter((option) => option.required);
    for (const option of required.length ? required : command.options.slice(0, 1)) this.addPill(option);
  }

  focus() {
    const pill = this.pills.find((one) => !one.input.value) ?? this.pills.at(-1);
    (pill?.input ?? this.more).focus();
  }

  /** Fill the first option with what was typed already. */
  begin(text) {
    const [pill] = this.pills;
    if (!pill || !text) return;
    pill.input.value = text;
    this.suggest(pill);
  }

  /** Return the files that are picked, with their options' names. */
  files() {
    return this.pills.flatMap(({ option, input }) => [...input.files ?? []].map((file) => [option.name, file]));
  }

  /** Return what else is filled in, by the options' names. */
  options() {
    const given = this.pills.filter(({ option, input }) => !option.file && input.value.trim());
    return Object.fromEntries(given.map(({ option, input, choice }) => [
      option.name, input.value === choice?.name ? choice.value : input.value.trim()]));
  }

  addPill(option) {
    const type = option.file ? "file" : "text";
    const said = { "aria-label": option.label, "aria-expanded": "false" };
    const input = el("input", { type, autocomplete: "off", role: "combobox", ...said });
    const pill = { option, input, choice: null, node: el("span.pill", {}, el("label", {}, option.label), input) };
    input.addEventListener("input", () => this.suggest(pill));
    input.addEventListener("focus", () => this.suggest(pill));
    input.addEventListener("blur", () => this.composer.picker.hide());
    input.addEventListener("keydown", (event) => this.key(event, pill));
    this.pills.push(pill);
    this.more.before(pill.node);
    this.countMore();
    return pill;
  }

  left() {
    return this.command.options.filter((option) => !this.pills.some((pill) => pill.option === option));
  }

  countMore() {
    const left = this.left().length;
    this.more.hidden = !left && this.pills.length > 0;
    this.more.textContent = left ? say("more", { n: left }) : "⏎";
  }

  offerMore() {
    const items = this.left().map((option) => ({
      label: option.label, detail: option.description, onPick: () => this.addPill(option).input.focus(),
    }));
    if (items.length) this.composer.picker.show(this.more, say("options"), items, { first: true });
    else this.composer.send();
  }

  /** Take a key in a pill, or on the button for more options. */
  key(event, pill) {
    if (this.composer.picker.take(event) || event.isComposing) return;
    if (event.key === "Enter" && pill?.option.file && !pill.input.value) return; // the browser asks for the file
    if (event.key === "Enter" && pill) this.composer.send();
    else if (event.key === "Escape") this.composer.leave();
    else if (event.key === "Backspace" && pill && !pill.input.value) this.removePill(pill);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  removePill(pill) {
    if (this.pills[0] === pill || pill.option.required) return this.composer.leave();
    this.pills = this.pills.filter((one) => one !== pill);
    pill.node.remove();
    this.countMore();
    this.focus();
  }

  /** Mark required options that are empty; true if there are none. */
  check() {
    const isWrong = ({ option, input }) => option.required && !input.value.trim();
    for (const pill of this.pills) pill.node.classList.toggle("wrong", isWrong(pill));
    const wrong = this.pills.find(isWrong);
    wrong?.input.focus();
    return !wrong;
  }

  /** Offer what the bot or the option itself knows for what is typed; where nothing else fits, Enter takes the first. */
  async suggest(pill) {
    const { option, input } = pill;
    const typed = input.value.toLowerCase();
    const asked = (this.asked += 1);
    let choices = option.choices.filter((choice) => choice.name.toLowerCase().includes(typed));
    if (option.completes) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (asked === this.asked) choices = await this.ask(pill);
    }
    if (asked !== this.asked || document.activeElement !== input) return;
    const items = choices.map((choice) => ({ label: choice.name, onPick: () => this.choose(pill, choice) }));
    const nothing = option.completes && !items.length && say("no_choices");
    const title = el("span", {}, el("b", {}, option.label), ` ${option.description} `, nothing);
    const first = !option.completes && typed && !choices.some((choice) => choice.name.toLowerCase() === typed);
    this.composer.picker.show(input, title, items, { first });
  }

  async ask({ option, input }) {
    const { [option.name]: _, ...options } = this.options();
    const body = { channel: this.composer.place.id, name: this.command.name, option: option.name, text: input.value, options };
    const { choices } = await act("complete", body).catch(() => ({ choices: [] }));
    return choices; // what cannot be completed can still be sent, as in Discord
  }

  choose(pill, choice) {
    this.asked += 1;
    pill.input.value = choice.name;
    pill.choice = choice;
    this.composer.picker.hide();
    this.pills.find((one) => one.option.required && !one.input.value)?.input.focus();
  }
}
