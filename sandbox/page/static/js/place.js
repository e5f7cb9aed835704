/** What is around the messages, and where one is. */

let place = null;

export const getPlace = () => place;

export function setPlace(given) {
  place = given;
}

/** Return a channel or thread by its id, or undefined. */
export const find = (id) => place.channels.find((channel) => channel.id === id);

/** Let the address bar remember the open channel and thread. */
export function remember(channel, thread) {
  history.replaceState(null, "", `#${channel}${thread ? `/${thread}` : ""}`);
}

/** Return the ids of the open channel and thread. */
export const remembered = () => location.hash.slice(1).split("/");
