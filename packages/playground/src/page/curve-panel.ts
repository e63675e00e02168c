import type { EpochRecord, TrainingProgress } from "@wellbegun/train";
import { fill, h } from "./dom.ts";

/** One training on the page. */
interface Arm {
  readonly name: string;
  readonly points: EpochRecord[];
}

/** A quantity that is drawn by epoch. */
interface Quantity {
  readonly label: string;
  readonly of: (record: EpochRecord) => number | undefined;
}

/** Milliseconds from one drawing to the next. */
const PAUSE = 200;

/** Trainings that are drawn beside each other; older ones are left out. */
const MOST_ARMS = 6;

/** The curves of the trainings by epoch, the running one live, and a line that says how far it is. */
export function curvePanel(onStop: () => void): {
  readonly element: HTMLElement;
  start(name: string): void;
  memory(bytes: number): void;
  batch(progress: TrainingProgress): void;
  epoch(record: EpochRecord, epochs: number): void;
  /** Ends the live curve; one that was canceled is taken away. */
  end(kept: boolean): void;
} {
  const stop = h("button", { type: "button", id: "stop", onclick: onStop }, "Stop, and keep the best epoch");
  const note = h("p", { id: "training", role: "status", "data-epochs": 0 });
  const memory = h("p", { class: "note", id: "training-memory" });
  const plots = h("div", { class: "curves", id: "curves" });
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "curves-title", hidden: true },
    h("h2", { id: "curves-title" }, "Training"),
    memory,
    note,
    h("div", { class: "buttons" }, stop),
    plots,
    h(
      "p",
      { class: "note" },
      "Loss terms are sums over an epoch's batches, with their weights. Effective rank: the number of directions that the vectors fill; a collapse is lost variety, which recall does not show.",
    ),
  );
  const arms: Arm[] = [];
  let count = 0;
  let milliseconds = 0;
  let due = false;

  const draw = async (): Promise<void> => {
    const { drawCurve } = await import("./curve-plot.ts");
    const own = arms.at(-1)?.points.at(-1);
    const shown = [...ranking, ...termsOf(own), ...geometry];
    fill(
      plots,
      shown
        .map(({ label, of }) =>
          drawCurve(
            label,
            arms.map(({ name, points }) => ({ name, values: valuesOf(points, of) })),
          ),
        )
        .filter((one) => one !== undefined),
    );
  };
  /** Draws at most once in a while, since epochs of small data come faster than anybody can look. */
  const redraw = (): void => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      void draw();
    }, PAUSE);
  };

  return {
    element,
    start: (name) => {
      element.hidden = false;
      stop.disabled = false;
      count++;
      milliseconds = 0;
      arms.push({ name: `${count}. ${name}`, points: [] });
      if (arms.length > MOST_ARMS) arms.shift();
      note.dataset.epochs = "0";
      fill(note, "Building the graphs.");
    },
    memory: (bytes) => fill(memory, `Training takes about ${Math.ceil(bytes / 2 ** 20)} MB of memory.`),
    batch: ({ epoch, epochs, batch, batches, loss, last }) => {
      if (last === undefined)
        fill(note, `Epoch ${epoch} of ${epochs}, batch ${batch} of ${batches}, loss ${short(loss)}.`);
    },
    epoch: (record, epochs) => {
      const { epoch, loss, validation, trainMs, evaluateMs = 0 } = record;
      milliseconds += trainMs + evaluateMs;
      arms.at(-1)!.points.push(record);
      note.dataset.epochs = String(epoch);
      const found = validation === undefined ? "" : `, validation recall@20 ${validation.recall.toFixed(4)}`;
      const left = ((milliseconds / epoch) * (epochs - epoch)) / 1000;
      fill(
        note,
        `Epoch ${epoch} of ${epochs}: loss ${short(loss)}${found}, ${((trainMs + evaluateMs) / 1000).toFixed(2)} s`,
        left > 0 ? `; at most ${duration(left)} left.` : ".",
      );
      redraw();
    },
    end: (kept) => {
      stop.disabled = true;
      if (!kept) {
        arms.pop();
        fill(note, "No training runs.");
      }
      redraw();
    },
  };
}

const ranking: readonly Quantity[] = [
  { label: "validation recall@20", of: ({ validation }) => validation?.recall },
  { label: "test recall@20", of: ({ test }) => test?.recall },
  { label: "loss", of: ({ loss }) => loss },
];

const geometry: readonly Quantity[] = [
  { label: "alignment", of: (record) => record.geometry?.alignment },
  { label: "uniformity of users", of: (record) => record.geometry?.userUniformity },
  { label: "effective rank of users", of: (record) => record.geometry?.userRank },
  { label: "effective rank of items", of: (record) => record.geometry?.itemRank },
];

function termsOf(record: EpochRecord | undefined): Quantity[] {
  return Object.keys(record?.terms ?? {}).map((term) => ({
    label: `${term} term`,
    of: ({ terms }) => terms[term],
  }));
}

function valuesOf(points: readonly EpochRecord[], of: Quantity["of"]): { epoch: number; value: number }[] {
  return points.flatMap((record) => {
    const value = of(record);
    return value === undefined ? [] : [{ epoch: record.epoch, value }];
  });
}

function short(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
