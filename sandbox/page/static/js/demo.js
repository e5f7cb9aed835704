/** The demo's own controls: skip to tomorrow, drop a file, break the bot and start it again. */
import { control } from "./api.js";
import { el } from "./dom.js";
import { say } from "./words.js";

let go = () => {};
const notice = document.getElementById("notice");
const picker = el("input", { type: "file", accept: ".txt,.md", multiple: true, onchange: () => readAll(picker.files) });

/** Show a sentence above everything; `actions` are `[words, what to do]`. */
export function tell(kind, sentence, actions = []) {
  const buttons = actions.map(([label, onclick]) => el("button", { type: "button", onclick }, label));
  const hide = el("button.quiet", { type: "button", "aria-label": say("back"), onclick: hush }, "✕");
  notice.className = kind;
  notice.replaceChildren(el("span.said", {}, sentence), ...buttons, hide);
  notice.hidden = false;
  buttons[0]?.focus();
}

export function hush() {
  notice.hidden = true;
}

/** Do something that takes a while, and tell what came of it. */
async function during(sentence, work) {
  tell("", say(sentence));
  try {
    await work();
  } catch (refusal) {
    tell("bad", say(refusal.message));
  }
}

const mend = () => during("mending", async () => {
  const told = await control("mend");
  tell(told.doubled ? "bad" : "good", say("mended", told));
});

/** What the card's buttons do, by name. */
export const controls = {
  skip: () => during("working", async () => {
    const told = await control("skip");
    tell(told.posted ? "good" : "", say(told.posted ? "skipped" : "nothing_due", told));
    go(told);
  }),
  file: () => picker.click(),
  break: () => during("breaking", async () => {
    tell("bad", say("broken", await control("break")), [[say("mend"), mend]]);
  }),
  mend,
};

const read = (file) => during("working", async () => {
  const { name } = file;
  const told = await control("file", file, { name });
  if (!told.accepted) return tell("bad", [say("refused", { name }), ...told.reasons].join("\n"));
  const sentence = say("accepted", { ...told, name });
  if (told.future) return tell("good", `${sentence} ${say("future")}`);
  tell("good", sentence, [[say("post_now"), () => postNow(told.date)]]);
});

const postNow = (date) => during("working", async () => {
  const told = await control("post", { date });
  if (told.error) return tell("bad", say("no_answer"));
  hush();
  go(told);
});

async function readAll(files) {
  for (const file of files) await read(file);
  picker.value = "";
}

/** Let files be dropped anywhere on the page; `open` goes to a channel's message. */
export function acceptDrops(open) {
  go = ({ channel, message }) => message && open(channel, message);
  const sheet = document.getElementById("drop");
  const over = (event, isOver) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    sheet.firstElementChild.textContent = say("drop");
    sheet.hidden = !isOver;
  };
  addEventListener("dragover", (event) => over(event, true));
  addEventListener("dragleave", (event) => over(event, event.relatedTarget !== null));
  addEventListener("drop", (event) => {
    over(event, false);
    readAll(event.dataTransfer.files);
  });
}
