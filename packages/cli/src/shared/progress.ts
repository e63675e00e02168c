import type { ProgressEvent } from "@wellbegun/core";
import { duration } from "./format.ts";
import type { Io } from "./io.ts";

/** A step of a command: one of a fit, or of work that has stages of its own. */
export interface ProgressStep extends Omit<ProgressEvent, "stage"> {
  readonly stage: string;
}

/** Shows how far a run is. */
export interface Progress {
  readonly report: (event: ProgressStep) => void;
  /** Takes the bar away, so that something else can be printed; the next report brings it back. */
  clear(): void;
}

/** A live bar if standard error is a terminal, a line per stage if it is a pipe or a CI's log, or nothing. */
export async function createProgress(io: Io, visible: boolean): Promise<Progress> {
  if (!visible) return { report: () => undefined, clear: () => undefined };
  const terminal = io.stderr.isTTY === true && (io.env.CI ?? "") === "" && io.env.TERM !== "dumb";
  return terminal ? createBar(io) : createLines(io);
}

function createLines(io: Io): Progress {
  const start = performance.now();
  let current = "";
  return {
    report: (event) => {
      const label = labelOf(event);
      if (label === current) return;
      current = label;
      io.stderr.write(`[${duration(performance.now() - start)}] ${label}\n`);
    },
    clear: () => undefined,
  };
}

async function createBar(io: Io): Promise<Progress> {
  const { SingleBar } = (await import("cli-progress")).default;
  const bar = new SingleBar({
    stream: io.stderr,
    format: "  {stage} {bar} {percentage}%  {note}",
    barsize: 20,
    barCompleteChar: "━",
    barIncompleteChar: "─",
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  // The cursor must come back whatever happens.
  io.atExit?.(() => bar.stop());
  return {
    report: (event) => {
      const share = event.total > 0 ? Math.min(event.done / event.total, 1) : 0;
      const labels = { stage: labelOf(event).padEnd(16), note: (event.note ?? "").slice(0, 48) };
      if (bar.isActive) bar.update(share, labels);
      else bar.start(1, share, labels);
    },
    clear: () => bar.stop(),
  };
}

function labelOf({ stage, modality }: ProgressStep): string {
  return modality === undefined ? stage : `${stage} ${modality}`;
}
