import * as Plot from "@observablehq/plot";
import { h } from "./dom.ts";

/** The values of one training by epoch. */
export interface Curve {
  readonly name: string;
  readonly values: readonly { readonly epoch: number; readonly value: number }[];
}

/** One quantity of the trainings by epoch, the last training strongest; undefined where none has it. */
export function drawCurve(label: string, curves: readonly Curve[]): HTMLElement | undefined {
  const last = curves.at(-1)?.values.at(-1);
  if (curves.every(({ values }) => values.length === 0)) return undefined;
  const newest = curves.length - 1;
  const epochs = Math.max(...curves.flatMap(({ values }) => values.map(({ epoch }) => epoch)));
  const plot = Plot.plot({
    width: 300,
    height: 170,
    marginLeft: 56,
    ariaLabel: `${label} by epoch`,
    x: { label: "epoch", tickFormat: "d", ticks: Math.min(5, Math.max(epochs - 1, 1)) },
    y: { label: null, grid: true, nice: true, ticks: 4, tickFormat: shortNumber },
    style: { background: "transparent" },
    marks: curves.flatMap(({ name, values }, index) => [
      Plot.lineY(values, {
        x: "epoch",
        y: "value",
        stroke: index === newest ? "var(--accent)" : "currentColor",
        strokeOpacity: index === newest ? 1 : 0.35,
        title: () => name,
      }),
      // A single epoch has no line yet.
      ...(values.length === 1
        ? [Plot.dot(values, { x: "epoch", y: "value", fill: "var(--accent)", r: 3 })]
        : []),
    ]),
  });
  return h(
    "figure",
    { class: "curve" },
    h("figcaption", {}, label, " ", last === undefined ? null : h("strong", {}, shortNumber(last.value))),
    plot,
  );
}

/** A number with four digits. */
export function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}
