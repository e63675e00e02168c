import createScatterplot from "regl-scatterplot";
import { count, fill, h } from "../page/dom.ts";
import type { Computed } from "../protocol.ts";
import { type Coloring, coloringsOf } from "./coloring.ts";
import { latestOnly } from "./latest.ts";
import type { UmapFrame, UmapRequest } from "./umap.worker.ts";

/** What a point is. */
export interface Point {
  readonly kind: "user" | "item";
  readonly row: number;
}

/** Names that are listed of a selection. */
const LISTED = 40;

/** The map: users and items in two dimensions, with hovering, a lasso, and colors. */
export function mapPanel(actions: { readonly onItem: (row: number) => void }): {
  readonly element: HTMLElement;
  show(computed: Computed): void;
  /** Marks where a new user is, or takes the mark away. */
  place(vector: Float32Array | undefined): void;
} {
  const canvas = h("canvas", { id: "map", role: "img", tabindex: 0, "aria-label": "map of users and items" });
  const hovered = h("p", { class: "hovered", "aria-live": "polite" }, "Point at a dot to see what it is.");
  const legend = h("ul", { class: "legend", "aria-label": "colors" });
  const selection = h("div", { class: "selection", "aria-live": "polite" });
  const layouts = h(
    "select",
    { id: "layout", onchange: () => relayout() },
    h("option", { value: "pca" }, "principal components"),
    h("option", { value: "umap" }, "UMAP, of a sample"),
  );
  const colors = h("select", { id: "colors", onchange: () => recolor() });
  const caption = h("p", { class: "note" });
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
      h("button", { type: "button", onclick: () => scatter?.reset() }, "Reset view"),
    ),
    h("div", { class: "canvas" }, canvas),
    legend,
    hovered,
    caption,
    selection,
  );

  let scatter: ReturnType<typeof createScatterplot> | undefined;
  let umap: Worker | undefined;
  let computed: Computed | undefined;
  let colorings: readonly Coloring[] = [];
  /** The points that are drawn, as indices among all; undefined for all. */
  let drawn: Uint32Array | undefined;
  let newcomer: readonly [x: number, y: number] | undefined;

  const indexOf = (drawnIndex: number): number => drawn?.[drawnIndex] ?? drawnIndex;
  const pointOf = (index: number): Point =>
    index < computed!.users ? { kind: "user", row: index } : { kind: "item", row: index - computed!.users };
  const nameOf = (index: number): string => {
    const { kind, row } = pointOf(index);
    if (kind === "user") return `user ${row}, ${count(computed!.userDegrees[row] ?? 0)} interactions`;
    const degree = computed!.itemDegrees[row];
    return `item ${computed!.itemNames[row]}${degree === undefined ? "" : `, ${count(degree)} interactions`}`;
  };

  const open = (): ReturnType<typeof createScatterplot> => {
    const made = createScatterplot({
      canvas,
      width: "auto",
      height: "auto",
      pointSize: 4,
      opacity: 0.7,
      lassoInitiator: false,
    });
    made.subscribe("pointOver", (index) => {
      const drawnCount = drawn?.length ?? computed!.map.x.length;
      fill(hovered, index >= drawnCount ? "the new user" : nameOf(indexOf(index)));
    });
    made.subscribe("select", ({ points }) => {
      const chosen = points.map(indexOf).filter((index) => index < computed!.map.x.length);
      showSelection(chosen);
    });
    made.subscribe("deselect", () => showSelection([]));
    return made;
  };

  const showSelection = (indices: readonly number[]): void => {
    const items = indices.map(pointOf).filter(({ kind }) => kind === "item");
    if (indices.length === 0) {
      fill(selection);
      return;
    }
    fill(
      selection,
      h("p", {}, `${count(indices.length - items.length)} users and ${count(items.length)} items selected.`),
      h(
        "div",
        { class: "chips" },
        items
          .slice(0, LISTED)
          .map(({ row }) =>
            h("button", { type: "button", onclick: () => actions.onItem(row) }, computed!.itemNames[row]),
          ),
      ),
    );
  };

  const draw = latestOnly(
    async (x: Float32Array, y: Float32Array, of: Uint32Array | undefined): Promise<void> => {
      scatter ??= open();
      drawn = of;
      const coloring = colorings[colors.selectedIndex] ?? colorings[0]!;
      const own =
        drawn === undefined ? coloring.values : Float32Array.from(drawn, (index) => coloring.values[index]!);
      const marked = newcomer !== undefined && drawn === undefined;
      const length = x.length + (marked ? 1 : 0);
      const extended = (values: Float32Array, last: number): Float32Array => {
        const result = new Float32Array(length);
        result.set(values);
        if (marked) result[length - 1] = last;
        return result;
      };
      const { categories, ramp } = coloring;
      const mark = categories === undefined ? 1 : categories.length;
      const size = length > 20_000 ? 2 : 5;
      const style = getComputedStyle(canvas);
      const ink = style.getPropertyValue("--ink").trim();
      scatter.set({
        backgroundColor: style.getPropertyValue("--ground").trim(),
        lassoColor: ink,
        pointColorHover: ink,
        pointColorActive: ink,
        colorBy: "valueA",
        pointColor: categories === undefined ? [...ramp!] : [...categories.map(({ color }) => color), ink],
        sizeBy: marked && categories !== undefined ? "valueA" : null,
        // The new user stands out.
        pointSize: marked && categories !== undefined ? [...categories.map(() => size), 14] : size,
      });
      await scatter.draw(
        { x: extended(x, newcomer?.[0] ?? 0), y: extended(y, newcomer?.[1] ?? 0), z: extended(own, mark) },
        { zDataType: categories === undefined ? "continuous" : "categorical" },
      );
      canvas.dataset.points = String(length);
      fill(legend, legendOf(coloring));
    },
  );

  const recolor = (): void => {
    if (layouts.value === "pca") draw(computed!.map.x, computed!.map.y, undefined);
    else relayout();
  };

  const relayout = (): void => {
    umap?.terminate();
    umap = undefined;
    const { map, dim } = computed!;
    showSelection([]);
    if (layouts.value === "pca") {
      const [first, second] = [...map.shares].map((share) => `${(share * 100).toFixed(0)} %`);
      fill(
        caption,
        `The first two principal components of users and items together: ${first} and ${second} of the variance.`,
      );
      draw(map.x, map.y, undefined);
      return;
    }
    const { indices, vectors } = map.sample;
    umap = new Worker(new URL("./umap.worker.ts", import.meta.url), { type: "module" });
    umap.onmessage = ({ data }: MessageEvent<UmapFrame>) => {
      fill(
        caption,
        `UMAP of ${count(indices.length)} users and items, epoch ${data.epoch} of ${data.epochs}. Neighborhoods mean something; distances between groups do not.`,
      );
      draw(data.x, data.y, indices);
    };
    const request: UmapRequest = { vectors, columns: dim };
    umap.postMessage(request);
    fill(caption, "UMAP: finding neighbors.");
  };

  const toggleLasso = (): void => {
    const on = lasso.getAttribute("aria-pressed") === "false";
    lasso.setAttribute("aria-pressed", String(on));
    scatter?.set({ mouseMode: on ? "lasso" : "panZoom" });
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener(
    "change",
    () => computed !== undefined && recolor(),
  );

  return {
    element,
    show: (result) => {
      computed = result;
      newcomer = undefined;
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
      const { mean, axes, scale, x, y } = computed!.map;
      const along = (axis: number): number =>
        vector === undefined
          ? 0
          : vector.reduce((sum, value, c) => sum + (value - mean[c]!) * axes[axis * vector.length + c]!, 0) *
            scale;
      newcomer = vector === undefined ? undefined : [along(0), along(1)];
      if (layouts.value === "pca") draw(x, y, undefined);
    },
  };
}

function legendOf({ categories, ramp }: Coloring): HTMLElement[] {
  const swatch = (color: string): HTMLElement => h("span", { class: "swatch", style: `background:${color}` });
  if (categories === undefined) {
    return [h("li", {}, "few ", (ramp ?? []).map(swatch), " many interactions")];
  }
  const shown = categories.slice(0, 12);
  const more = categories.length - shown.length;
  return [
    ...shown.map(({ name, color }) => h("li", {}, swatch(color), name)),
    ...(more > 0 ? [h("li", {}, `and ${more} more`)] : []),
  ];
}
