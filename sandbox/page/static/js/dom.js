/** Makes elements, from here or as the server describes them. Texts become text nodes, never markup. */

const PATHS = {
  hash: "M10.5 3 9.7 8H5v2h4.4l-.7 4H4v2h4.4l-.8 5h2l.8-5h4l-.8 5h2l.8-5H21v-2h-4.3l.7-4H22V8h-4.3l.8-5h-2l-.8"
    + " 5h-4l.8-5zm.9 7h4l-.7 4h-4z",
  forum: "M4 3h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H9l-4 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm16 6a2 2 0 0 1 2"
    + " 2v11l-4-3h-6a2 2 0 0 1-2-2v-1h7a3 3 0 0 0 3-3z",
  thread: "M5 3h2v9a3 3 0 0 0 3 3h6.2l-2.6-2.6L15 11l5 5-5 5-1.4-1.4 2.6-2.6H10a5 5 0 0 1-5-5zm6 0h9v2h-9zm0 4h9v2h-9z",
  menu: "M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z",
  close: "M18.4 4.2 12 10.6 5.6 4.2 4.2 5.6l6.4 6.4-6.4 6.4 1.4 1.4 6.4-6.4 6.4 6.4 1.4-1.4-6.4-6.4 6.4-6.4z",
  skip: "M4 5v14l9-7zm9 0v14l7-7zm7 0h2v14h-2z",
  mend: "M7 4v16l13-8z",
  file: "M6 2h8l6 6v14H6zm7 1.5V9h5.5zM9 13v2h8v-2zm0 4v2h6v-2z",
  eye: "M12 5c5 0 9 4 10.5 7-1.5 3-5.500 7-10.5 7S3 15 1.5 12C3 9 7 5 12 5zm0 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zm0"
    + " 2a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  break: "M13 2 4 14h6l-1 8 9-12h-6z",
};
const SAFE_LINK = /^(https?:\/\/|#)/;

/** el("div.message.first", {id: "m1", onclick: f, "aria-label": "…"}, "text", child, …) */
export function el(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

/** Build what the server describes as `[name, attributes, child, …]`; a child is that or a text. */
export function build([name, attributes, ...children]) {
  if (name === "icon") return icon(attributes["data-icon"]);
  const { href, ...others } = attributes;
  const safe = Object.entries(others).filter(([key]) => !key.startsWith("on"));
  const node = el(name, Object.fromEntries(safe), children.map((child) => (Array.isArray(child) ? build(child) : child)));
  if (SAFE_LINK.test(href)) node.setAttribute("href", href);
  if (node.dataset.color) node.style.borderLeftColor = node.dataset.color;
  return node;
}

/** Return one of the icons; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

/** Replace a place's children; what had the keyboard has it again, and the list stays scrolled. */
export function redraw(host, children) {
  const focused = host.contains(document.activeElement) && document.activeElement.dataset.key;
  const scrolled = host.querySelector(".list")?.scrollTop ?? 0;
  host.replaceChildren(...children);
  host.querySelector(".list")?.scrollTo(0, scrolled);
  if (focused) host.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
