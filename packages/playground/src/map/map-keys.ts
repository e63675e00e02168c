import type { Direction } from "./next-point.ts";

/** What keys do on the map. */
export interface MapActions {
  /** Moves the view by a part of its height. */
  readonly pan: (direction: Direction) => void;
  /** Shows less of the map, larger; or more of it. */
  readonly zoom: (way: "in" | "out") => void;
  /** Goes to the next point in a direction. */
  readonly step: (direction: Direction) => void;
  /** Selects the point that one is at, alone or beside those that are selected. */
  readonly select: (more: boolean) => void;
  /** Shows all of the map. */
  readonly reset: () => void;
}

/** The keys in words: shown below the map, and read out as its description. */
export const keysInWords: string =
  "With the keyboard: arrows move the map, + and - zoom, 0 shows all. Shift with an arrow goes to the next point that way and says its name; Enter selects it, and Shift with Enter adds it to the selection.";

const arrows: Readonly<Record<string, Direction>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Lets the map be used by keys while it has the focus. Other keys, and those with Ctrl, Alt or Meta, stay the browser's. */
export function listenToKeys(canvas: HTMLElement, { pan, zoom, step, select, reset }: MapActions): void {
  const actionOf = ({ key, shiftKey }: KeyboardEvent): (() => void) | undefined => {
    const direction = arrows[key];
    if (direction !== undefined) return () => (shiftKey ? step : pan)(direction);
    if (key === "+" || key === "=") return () => zoom("in");
    if (key === "-" || key === "_") return () => zoom("out");
    if (key === "0") return reset;
    return key === "Enter" ? () => select(shiftKey) : undefined;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = actionOf(event);
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  canvas.addEventListener("keydown", onKey);
}
