import { h } from "./dom.ts";

/** What stands on the page before there are vectors. */
export function emptyPanel(): HTMLElement {
  return h(
    "section",
    { class: "panel empty" },
    h("h2", {}, "What you will see"),
    h(
      "p",
      {},
      "A map of users and items in one space. A new user, who gets recommendations after one click. And what the vectors are worth, beside popularity and a control without meaning.",
    ),
    h("p", {}, "Take the synthetic example on the left to see it in seconds."),
  );
}
