import { count, fill, h } from "../page/dom.ts";
import { itemLabel, itemName, userName } from "../page/labels.ts";
import type { Computed } from "../protocol.ts";
import { type Coloring, coloringsOf } from "./coloring.ts";
import { legendOf } from "./legend.ts";
import { keysInWords, listenToKeys } from "./map-keys.ts";
import { Scatter } from "./scatter.ts";
import { Umap } from "./umap.ts";
import type { UmapFrame } from "./umap-layout.ts";

/** Names that are listed of a selection. */
const LISTED = 40;
const nothingHovered = "Point at a dot to see what it is.";

/** The map: users and items in two dimensions, with hovering, a lasso, and colors. */
export function mapPanel(actions: {
  readonly onItem: (row: number) => void;
  /** The address of an item's picture, by the item's name. */
  readonly pictureOf: (item: string) => string | undefined;
  /** All vectors, users first; asked for when UMAP is chosen. */
  readonly vectors: () => Promise<Float32Array>;
}): {
  readonly element: HTMLElement;
  /** Shows the panel and prepares the device, while the vectors are still computed. */
  prepare(): void;
  show(computed: Computed): void;
  /** Marks where a new user is, or takes the mark away. */
  place(vector: Float32Array | undefined): void;
  /** Whether the worker holds the vectors, which UMAP starts from. */
  held(is: boolean): void;
} {
  const canvas = h("canvas", {
    id: "map",
    role: "application",
    tabindex: 0,
    "aria-label": "map of users and items",
    "aria-describedby": "map-keys",
  });
  const hovered = h("p", { class: "hovered", "aria-live": "polite" }, nothingHovered);
  const legend = h("ul", { class: "legend", "aria-label": "colors" });
  const selection = h("div", { class: "selection", "aria-live": "polite" });
  const umapOption = h("option", { value: "umap" }, "UMAP");
  const layouts = h(
    "select",
    { id: "layout", onchange: () => relayout() },
    h("option", { value: "pca" }, "principal components"),
    umapOption,
  );
  const colors = h("select", { id: "colors", onchange: () => redraw() });
  const caption = h("p", { class: "note", id: "map-caption" });
  const lasso = h(
    "button",
    { type: "button", id: "lasso", "aria-pressed": "false", onclick: () => toggleLasso() },
    "Lasso",
  );
  const element = h(
    "section",
    { class: "panel map", "aria-labelledby": "map-title", hidden: true },
    h("h2", { id: "map-title" }, "Map"),
    h(
      "div",
      { class: "bar" },
      h("label", { for: "layout" }, "Layout ", layouts),
      h("label", { for: "colors" }, "Color ", colors),
      lasso,
      h("button", { type: "button", onclick: () => scatter.reset() }, "Reset view"),
    ),
    h("div", { class: "canvas" }, canvas),
    legend,
    hovered,
    caption,
    selection,
    h("p", { class: "note", id: "map-keys" }, keysInWords),
  );

  const umap = new Umap();
  let computed: Computed | undefined;
  let colorings: readonly Coloring[] = [];
  let newcomer: Float32Array | undefined;
  /** The latest picture of UMAP, while it is chosen. */
  let frame: UmapFrame | undefined;

  const isUser = (index: number): boolean => index < computed!.users;
  const nameOf = (index: number): string => {
    if (isUser(index)) {
      const degree = computed!.userDegrees[index];
      return `user ${userName(computed!, index)}${interactions(degree)}`;
    }
    const row = index - computed!.users;
    return `item ${itemLabel(computed!, row)}${interactions(computed!.itemDegrees[row])}`;
  };

  /** The item's picture, where a file of its name was given. */
  const picture = (index: number): HTMLElement | null => {
    const url = isUser(index) ? undefined : actions.pictureOf(itemName(computed!, index - computed!.users));
    return url === undefined ? null : h("img", { src: url, alt: "", class: "picture" });
  };

  const scatter = new Scatter(canvas, {
    onHover: (index) => {
      if (computed === undefined) return;
      if (index >= computed.map.x.length) fill(hovered, "the new user");
      else fill(hovered, nameOf(index), picture(index));
    },
    onSelect: (indices) => showSelection(indices.filter((index) => index < (computed?.map.x.length ?? 0))),
  });

  listenToKeys(canvas, {
    pan: (direction) => scatter.pan(direction),
    zoom: (way) => scatter.zoom(way),
    step: (direction) => {
      if (!scatter.step(direction)) fill(hovered, "There is no point farther that way.");
    },
    select: (more) => scatter.select(more),
    reset: () => scatter.reset(),
  });

  const showSelection = (indices: readonly number[]): void => {
    if (indices.length === 0) {
      fill(selection);
      return;
    }
    const items = indices.filter((index) => !isUser(index)).map((index) => index - computed!.users);
    const more = items.length - LISTED;
    fill(
      selection,
      h("p", {}, `${count(indices.length - items.length)} users and ${count(items.length)} items selected.`),
      h(
        "div",
        { class: "chips" },
        items
          .slice(0, LISTED)
          .map((row) =>
            h("button", { type: "button", onclick: () => actions.onItem(row) }, itemLabel(computed!, row)),
          ),
        more > 0 ? h("span", { class: "note" }, `and ${count(more)} more`) : null,
      ),
    );
  };

  /** Where the new user is on the principal components. */
  const markOnComponents = (): [x: number, y: number] | undefined => {
    if (newcomer === undefined) return undefined;
    const { mean, axes, scale } = computed!.map;
    const along = (axis: number): number =>
      scale *
      newcomer!.reduce((sum, value, c) => sum + (value - mean[c]!) * (axes[axis * mean.length + c] ?? 0), 0);
    return [along(0), along(1)];
  };

  const redraw = (): void => {
    const coloring = colorings[colors.selectedIndex] ?? colorings[0]!;
    const { x, y } = frame ?? computed!.map;
    scatter.draw({ x, y, coloring, mark: frame === undefined ? markOnComponents() : frame.mark });
    fill(legend, legendOf(coloring));
  };

  const relayout = (): void => {
    umap.stop();
    frame = undefined;
    redraw();
    if (layouts.value === "umap") return void startUmap(computed!);
    const shares = [...computed!.map.shares].map((share) => `${(share * 100).toFixed(0)} %`);
    fill(
      caption,
      `The first two principal components of users and items together: ${shares.join(" and ")} of the variance.`,
    );
  };

  const startUmap = async (of: Computed): Promise<void> => {
    fill(caption, "UMAP: finding neighbors.");
    const { x, y, mean } = of.map;
    const failed = (message: string): void => fill(caption, `UMAP: ${message}`);
    const vectors = await actions.vectors().catch((error: unknown) => {
      if (of === computed && layouts.value === "umap")
        failed(error instanceof Error ? error.message : String(error));
    });
    if (vectors === undefined || of !== computed || layouts.value !== "umap") return;
    const onFrame = (next: UmapFrame): void => {
      frame = next;
      const { laidOut, epoch, epochs } = next;
      const rest = x.length - laidOut;
      fill(
        caption,
        `UMAP of ${count(laidOut)} users and items, epoch ${epoch} of ${epochs}. `,
        rest > 0 ? `The other ${count(rest)} stand beside their nearest neighbors. ` : "",
        "Neighborhoods mean something; distances between groups do not.",
      );
      redraw();
    };
    umap.start({ vectors, columns: mean.length, x, y }, onFrame, failed);
    umap.mark(newcomer);
  };

  const toggleLasso = (): void => {
    const on = lasso.getAttribute("aria-pressed") === "false";
    lasso.setAttribute("aria-pressed", String(on));
    scatter.lasso = on;
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (computed !== undefined) redraw();
  });

  return {
    element,
    prepare: () => {
      element.hidden = false;
      scatter.open();
    },
    show: (result) => {
      computed = result;
      newcomer = undefined;
      scatter.forget();
      fill(hovered, nothingHovered);
      element.hidden = false;
      const chosen = colors.selectedIndex;
      colorings = coloringsOf(result);
      fill(
        colors,
        colorings.map(({ name }) => h("option", {}, name)),
      );
      colors.selectedIndex = chosen >= 0 && chosen < colorings.length ? chosen : 0;
      layouts.value = "pca";
      relayout();
    },
    place: (vector) => {
      if (vector === newcomer) return;
      newcomer = vector;
      if (frame === undefined) redraw();
      umap.mark(vector);
    },
    held: (is) => {
      umapOption.disabled = !is;
    },
  };
}

function interactions(degree: number | undefined): string {
  return degree === undefined ? "" : `, ${count(degree)} interactions`;
}
