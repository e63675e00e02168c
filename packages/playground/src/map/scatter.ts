import createScatterplot from "regl-scatterplot";
import type { Coloring } from "./coloring.ts";
import { latestOnly } from "./latest.ts";
import { type Direction, nearestPoint, nextPoint, type Places } from "./next-point.ts";

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
/** How far the view moves at a time, as a part of its height, and how much it grows. */
const PAN = 0.25;
const ZOOM = 1.25;

/**
 * Points on a canvas, by regl-scatterplot. Each picture is measured under the name `draw` (`performance.measure`), and the canvas
 * says in `data-points` how many points it shows.
 */
export class Scatter {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: ScatterEvents;
  #plot: ReturnType<typeof createScatterplot> | undefined;
  /** Where the points are that are drawn, the mark last. */
  #places: Places = { x: [], y: [] };

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
      reticleColor: ink,
      colorBy: "valueA",
      pointColor: categories === undefined ? [...ramp!] : [...categories.map(({ color }) => color), ink],
      sizeBy: stands ? "valueA" : null,
      pointSize: stands ? [...categories.map(() => size), MARK_SIZE] : size,
    });
    const places = { x: withMark(x, mark?.[0] ?? 0), y: withMark(y, mark?.[1] ?? 0) };
    await plot.draw(
      { ...places, z: withMark(values, categories?.length ?? 1) },
      { zDataType: categories === undefined ? "continuous" : "categorical" },
    );
    this.#places = places;
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

  /** Lets no point stand out or be selected: the same index is another point from here on. */
  forget(): void {
    this.#plot?.deselect();
    this.#plot?.hover(-1);
  }

  /** Moves the view. */
  pan([right, up]: Direction): void {
    const [x, y, distance] = this.#view();
    this.#look(x + right * PAN * 2 * distance, y + up * PAN * 2 * distance, distance);
  }

  zoom(way: "in" | "out"): void {
    const [x, y, distance] = this.#view();
    this.#look(x, y, way === "in" ? distance / ZOOM : distance * ZOOM);
  }

  /**
   * Goes from the point that stands out to the next one in a direction, or to the one in the middle of the view, and brings it
   * into view. It is told as `onHover` tells it.
   *
   * @returns Whether there was such a point.
   */
  step(direction: Direction): boolean {
    const plot = this.#plot;
    if (plot === undefined) return false;
    const [x, y, distance] = this.#view();
    const from = this.#at();
    const next =
      from === undefined ? nearestPoint(this.#places, [x, y]) : nextPoint(this.#places, from, direction);
    if (next === undefined) return false;
    const [left, top] = plot.getScreenPosition(next) ?? [0, 0];
    const { clientWidth, clientHeight } = this.#canvas;
    const isSeen = left >= 0 && left <= clientWidth && top >= 0 && top <= clientHeight;
    if (!isSeen) this.#look(this.#places.x[next]!, this.#places.y[next]!, distance);
    plot.hover(next, { showReticleOnce: true });
    return true;
  }

  /** Selects the point that stands out, as a click on it does. @param more adds it to those that are selected */
  select(more: boolean): void {
    const at = this.#at();
    if (at !== undefined) this.#plot?.select([at], { merge: more });
  }

  /** The point that stands out, under the pointer or by keys. */
  #at(): number | undefined {
    const at: number | undefined = this.#plot?.get("hoveredPoint");
    return at !== undefined && at >= 0 && at < this.#places.x.length ? at : undefined;
  }

  /** The middle of the view, and half of its height. */
  #view(): readonly [x: number, y: number, distance: number] {
    const [x = 0, y = 0] = this.#plot?.get("cameraTarget") ?? [];
    return [x, y, this.#plot?.get("cameraDistance") ?? 1];
  }

  #look(x: number, y: number, distance: number): void {
    void this.#plot?.zoomToLocation([x, y], distance);
  }
}
