import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/**
 * Renders a plot as SVG markup, with its legend if it has one. The DOM is linkedom's, so no browser is needed;
 * axes and texts take the page's color.
 */
export function draw(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<html><body></body></html>");
  const plot = Plot.plot({
    ...options,
    document,
    style: { background: "transparent", ...(typeof options.style === "object" ? options.style : {}) },
  });
  return plot.outerHTML;
}

/** Colors that are distinguishable on light and dark pages, for up to ten names. */
export const palette: string[] = [
  "#4269d0",
  "#efb118",
  "#ff725c",
  "#3ca951",
  "#a463f2",
  "#6cc5b0",
  "#9c6b4e",
  "#97bbf5",
  "#ff8ab7",
  "#9498a0",
];

/** A categorical scale with a legend. */
export function categories(names: readonly string[]): Plot.ScaleOptions & { legend: boolean } {
  return { type: "categorical", domain: [...names], range: palette.slice(0, names.length), legend: true };
}
