/** The page's own sentences, in the reader's language; the server keeps them. */

let sentences = {};

export function setSentences(given) {
  sentences = given;
}

/** Return a sentence with its `{values}` filled in; what is no key is a sentence already. */
export function say(key, values = {}) {
  const text = Object.hasOwn(sentences, key) ? sentences[key] : key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
