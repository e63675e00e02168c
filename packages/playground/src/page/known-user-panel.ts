import type { Computed, Recommended } from "../protocol.ts";
import { fill, h } from "./dom.ts";
import { itemLabel, userName } from "./labels.ts";

const LISTED = 8;

/** A user of the data: what it had, what the vectors recommend, and what is popular. */
export function knownUserPanel(onUser: (user: string) => void): {
  readonly element: HTMLElement;
  show(computed: Computed): void;
  list(recommended: Recommended): void;
  /** Whether the worker holds the vectors, which a list needs. */
  held(is: boolean): void;
} {
  const input = h("input", { type: "text", id: "known-user", inputmode: "text", autocomplete: "off" });
  const lists = h("div", { class: "lists", id: "known-lists" });
  const ask = (event: Event): void => {
    event.preventDefault();
    onUser(input.value);
  };
  const recommend = h("button", { type: "submit", id: "recommend" }, "Recommend");
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "known-title", hidden: true },
    h("h2", { id: "known-title" }, "A user of the data"),
    h(
      "form",
      { class: "buttons", onsubmit: ask },
      h("label", { for: "known-user" }, "User (ID, or row) ", input),
      recommend,
    ),
    lists,
  );
  let computed: Computed | undefined;
  const listOf = (title: string, rows: readonly number[]): HTMLElement =>
    h(
      "div",
      {},
      h("h3", {}, title),
      h(
        "ol",
        {},
        rows.slice(0, LISTED).map((row) => h("li", {}, itemLabel(computed!, row))),
      ),
    );
  return {
    element,
    show: (result) => {
      computed = result;
      // A bundle alone does not say what its users had.
      element.hidden = result.userDegrees.length === 0;
      fill(lists);
    },
    list: ({ user, history, own, popular }) =>
      fill(lists, [
        listOf(`User ${userName(computed!, user)} had ${history.length}`, history),
        listOf("Recommended", own),
        listOf("Popular", popular),
      ]),
    held: (is) => {
      recommend.disabled = !is;
    },
  };
}
