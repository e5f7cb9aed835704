/** Makes elements, from here or as the server describes them. Texts become text nodes, never markup. */

const SAFE_LINK = /^(https?:\/\/|#|\/files\/)/;
const SVG = "http://www.w3.org/2000/svg";

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

/** Return one of the icons of `icons.svg`; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Replace a place's children; what had the keyboard has it again, and the list stays scrolled. */
export function redraw(host, children) {
  const focused = host.contains(document.activeElement) && document.activeElement.dataset.key;
  const list = () => host.querySelector(".list") ?? host;
  const { scrollTop } = list();
  host.replaceChildren(...children);
  list().scrollTop = scrollTop;
  if (focused) host.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
