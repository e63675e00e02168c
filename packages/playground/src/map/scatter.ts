import createScatterplot from "regl-scatterplot";
import type { Coloring } from "./coloring.ts";
import { latestOnly } from "./latest.ts";

/** What is drawn. */
export interface Picture {
  /** Coordinates from -1 to 1. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly coloring: Coloring;
  /** One more point, which stands out. */
  readonly mark: readonly [x: number, y: number] | undefined;
}

/** What happens on the map: the indices of points; the mark follows after all others. */
export interface ScatterEvents {
  readonly onHover: (index: number) => void;
  readonly onSelect: (indices: readonly number[]) => void;
}

/** Above so many points each of them is drawn small. */
const MANY = 20_000;
const MARK_SIZE = 14;

/**
 * Points on a canvas, by regl-scatterplot. Each picture is measured under the name `draw` (`performance.measure`), and the canvas
 * says in `data-points` how many points it shows.
 */
export class Scatter {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: ScatterEvents;
  #plot: ReturnType<typeof createScatterplot> | undefined;

  constructor(canvas: HTMLCanvasElement, events: ScatterEvents) {
    this.#canvas = canvas;
    this.#events = events;
  }

  /** Prepares the device, which takes longer than a picture does. The canvas must be visible. */
  open(): ReturnType<typeof createScatterplot> {
    if (this.#plot !== undefined) return this.#plot;
    const canvas = this.#canvas;
    const plot = createScatterplot({
      canvas,
      width: "auto",
      height: "auto",
      opacity: 0.7,
      lassoInitiator: false,
    });
    plot.subscribe("pointOver", this.#events.onHover);
    plot.subscribe("select", ({ points }) => this.#events.onSelect(points));
    plot.subscribe("deselect", () => this.#events.onSelect([]));
    this.#plot = plot;
    return plot;
  }

  /** Shows a picture; of several that are asked for meanwhile, the last one. */
  readonly draw: (picture: Picture) => void = latestOnly(async ({ x, y, coloring, mark }) => {
    const plot = this.open();
    const start = performance.now();
    const { values, categories, ramp } = coloring;
    const length = x.length + (mark === undefined ? 0 : 1);
    const withMark = (all: Float32Array, last: number): Float32Array => {
      if (mark === undefined) return all;
      const longer = new Float32Array(length);
      longer.set(all);
      longer[length - 1] = last;
      return longer;
    };
    const size = length > MANY ? 2 : 5;
    const style = getComputedStyle(this.#canvas);
    const ink = style.getPropertyValue("--ink").trim();
    const stands = mark !== undefined && categories !== undefined;
    plot.set({
      backgroundColor: style.getPropertyValue("--ground").trim(),
      lassoColor: ink,
      pointColorHover: ink,
      pointColorActive: ink,
      colorBy: "valueA",
      pointColor: categories === undefined ? [...ramp!] : [...categories.map(({ color }) => color), ink],
      sizeBy: stands ? "valueA" : null,
      pointSize: stands ? [...categories.map(() => size), MARK_SIZE] : size,
    });
    await plot.draw(
      {
        x: withMark(x, mark?.[0] ?? 0),
        y: withMark(y, mark?.[1] ?? 0),
        z: withMark(values, categories?.length ?? 1),
      },
      { zDataType: categories === undefined ? "continuous" : "categorical" },
    );
    performance.measure("draw", { start });
    this.#canvas.dataset.points = String(length);
  });

  /** Whether dragging selects points, or moves the map. */
  set lasso(on: boolean) {
    this.#plot?.set({ mouseMode: on ? "lasso" : "panZoom" });
  }

  /** Shows all of the map again. */
  reset(): void {
    this.#plot?.reset();
  }
}
