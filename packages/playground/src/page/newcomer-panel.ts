import type { Computed } from "../protocol.ts";
import { fill, h } from "./dom.ts";
import { Newcomer, type Ranked } from "./newcomer.ts";

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
  let newcomer: Newcomer | undefined;
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
      computed!.itemNames[row],
    );

  const offer = (): void => {
    const wanted = search.value.trim().toLowerCase();
    const { items, itemNames, itemDegrees } = computed!;
    const rows = Array.from({ length: items }, (_, row) => row);
    const found =
      wanted === ""
        ? rows.sort((a, b) => (itemDegrees[b] ?? 0) - (itemDegrees[a] ?? 0) || a - b)
        : rows.filter((row) => itemNames[row]!.toLowerCase().includes(wanted));
    fill(offered, found.slice(0, OFFERED).map(chip));
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
    const { vector, own, popular, permuted } = newcomer!.lists(chosen, LISTED);
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
        ranked.map(({ row }) => h("li", {}, computed!.itemNames[row], label(row))),
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
      element.hidden = result.initializer.length === 0;
      if (element.hidden) return;
      newcomer = new Newcomer(result);
      offer();
      refresh();
    },
    toggle: (row) => {
      if (newcomer !== undefined) toggle(row);
    },
  };
}
