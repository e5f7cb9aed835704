/** The page's server: what is there, what changes, what one does. */

let reader = sessionStorage.getItem("reader") ?? "";

/** Be somebody else from now on, in this tab. */
export function become(name) {
  reader = name;
  sessionStorage.setItem("reader", name);
}

function address(path, query = {}) {
  return `/api/${path}?${new URLSearchParams({ user: reader, ...query })}`;
}

/** Return what was answered; a refusal is an error with a sentence, or the key of one of ours. */
async function answer(asked) {
  const response = await asked.catch(() => {
    throw new Error("gone");
  });
  const data = await response.json();
  if (data.refusal) throw new Error(data.refusal);
  return data;
}

export const get = (path, query) => answer(fetch(address(path, query)));

function post(path, body, query) {
  const raw = body instanceof Blob;
  const type = raw ? "application/octet-stream" : "application/json";
  const sent = raw ? body : JSON.stringify(body);
  return answer(fetch(address(path, query), { method: "POST", headers: { "Content-Type": type }, body: sent }));
}

/** Do something as the reader: send, run, click and so on. */
export const act = (action, body) => post(`do/${action}`, body);

/** Send a file that was picked for an option; its token stands for it in `run`. */
export const upload = (file) => post("upload", file, { name: file.name });

/** Use one of the demo's own controls. */
export const control = (name, body = {}, query = {}) => post(`demo/${name}`, body, query);

let source = null;

/** Follow what changes: `handlers` by event, and `lost` when the server is gone. */
export function follow(handlers) {
  source?.close();
  source = new EventSource(address("events"));
  for (const [name, handler] of Object.entries(handlers)) {
    if (name === "lost") source.onerror = handler;
    else source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
  }
}
