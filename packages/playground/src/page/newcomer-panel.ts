import { bestRows, type Ranked } from "../best-rows.ts";
import type { Computed } from "../protocol.ts";
import { fill, h } from "./dom.ts";
import { itemLabel } from "./labels.ts";
import { Newcomer } from "./newcomer.ts";

/** Items that are offered to click at a time. */
const OFFERED = 24;
const LISTED = 8;

/** A new user: items to click, and the lists that follow from them at once. */
export function newcomerPanel(actions: { readonly onVector: (vector: Float32Array | undefined) => void }): {
  readonly element: HTMLElement;
  show(computed: Computed): void;
  toggle(row: number): void;
} {
  const search = h("input", { type: "search", id: "search", oninput: () => offer() });
  const offered = h("div", { class: "chips", id: "offered", role: "group", "aria-label": "items to click" });
  const clicked = h("div", { class: "chips", id: "clicked", role: "group", "aria-label": "clicked items" });
  const lists = h("div", { class: "lists" });
  const time = h("p", { class: "note", id: "newcomer-time", role: "status" });
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "newcomer-title", hidden: true },
    h("h2", { id: "newcomer-title" }, "A new user"),
    h(
      "p",
      {},
      "Click items as a new user would. The vector is folded in without training, and the lists change at once.",
    ),
    h("label", { for: "search" }, "Find an item ", search),
    offered,
    h("h3", {}, "Clicked"),
    clicked,
    time,
    lists,
  );

  let computed: Computed | undefined;
  let newcomer: (() => Newcomer) | undefined;
  const chosen = new Set<number>();

  const chip = (row: number): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        "data-row": row,
        "aria-pressed": String(chosen.has(row)),
        onclick: () => toggle(row),
      },
      itemLabel(computed!, row),
    );

  const offer = (): void => {
    const wanted = search.value.trim().toLowerCase();
    const { items, itemDegrees } = computed!;
    const found =
      wanted === ""
        ? bestRows(items, OFFERED, (row) => itemDegrees[row] ?? 0).map(({ row }) => row)
        : firstRows(items, OFFERED, (row) => itemLabel(computed!, row).toLowerCase().includes(wanted));
    fill(offered, found.map(chip));
  };

  const refresh = (): void => {
    for (const button of offered.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(chosen.has(Number(button.dataset.row))));
    }
    fill(clicked, chosen.size === 0 ? h("p", { class: "note" }, "No item yet.") : [...chosen].map(chip));
    if (chosen.size === 0) {
      fill(lists);
      fill(time);
      actions.onVector(undefined);
      return;
    }
    const started = performance.now();
    const { vector, own, popular, permuted } = newcomer!().lists(chosen, LISTED);
    fill(lists, [
      listOf("For this user", own, "what the vectors recommend"),
      ...(popular.length === 0 ? [] : [listOf("Popular", popular, "the same for everybody")]),
      listOf("Permuted control", permuted, "the same values without meaning"),
    ]);
    const milliseconds = performance.now() - started;
    time.dataset.milliseconds = String(milliseconds);
    fill(
      time,
      `Placed and ranked against ${computed!.items.toLocaleString("en-US")} items in ${milliseconds.toFixed(1)} ms.`,
    );
    actions.onVector(vector);
  };

  const listOf = (title: string, ranked: readonly Ranked[], about: string): HTMLElement =>
    h(
      "div",
      {},
      h("h3", {}, title),
      h("p", { class: "note" }, about),
      h(
        "ol",
        {},
        ranked.map(({ row }) => h("li", {}, itemLabel(computed!, row), label(row))),
      ),
    );

  /** The item's cluster of the first modality, which says at a glance whether a list hangs together. */
  const label = (row: number): HTMLElement | null => {
    const [first] = Object.values(computed!.labels);
    return first === undefined ? null : h("small", {}, ` cluster ${first[row]}`);
  };

  const toggle = (row: number): void => {
    if (!chosen.delete(row)) chosen.add(row);
    refresh();
  };

  return {
    element,
    show: (result) => {
      computed = result;
      chosen.clear();
      newcomer = undefined;
      element.hidden = result.initializer.length === 0;
      if (element.hidden) return;
      newcomer = once(() => new Newcomer(result));
      offer();
      refresh();
      // Made once the map is drawn, so that neither the map nor the first click waits for it.
      setTimeout(newcomer, 500);
    },
    toggle: (row) => {
      if (newcomer !== undefined) toggle(row);
    },
  };
}

/** The first `most` rows that suit. */
function firstRows(count: number, most: number, suits: (row: number) => boolean): number[] {
  const found: number[] = [];
  for (let row = 0; row < count && found.length < most; row++) if (suits(row)) found.push(row);
  return found;
}

/** Makes a value at the first use, and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
