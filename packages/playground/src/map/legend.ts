import { h } from "../page/dom.ts";
import type { Coloring } from "./coloring.ts";

/** The entries of the legend: a color and its name each, or the colors from few to many interactions. */
export function legendOf({ categories, ramp }: Coloring): HTMLElement[] {
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
