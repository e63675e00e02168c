import picocolors from "picocolors";
import { exitStatus, reportError, statusOf } from "./errors.ts";
import type { Io, TextStream } from "./io.ts";
import { createProgress, type Progress } from "./progress.ts";
import type { Paint } from "./text-table.ts";

/** The output mode: text, nothing, or JSON. */
export type OutputMode = "text" | "quiet" | "json";

/** The few ways in which text stands out. */
export interface Colors {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
}

/** The output of a run: text, one JSON object, or nothing. */
export class Output {
  /** Set once the options are known, which a config file may hold. */
  mode: OutputMode;
  readonly io: Io;
  readonly colors: Colors;
  #broken = false;

  constructor(io: Io, mode: OutputMode) {
    this.io = io;
    this.mode = mode;
    this.colors = colorsFor(io, io.stdout);
  }

  /** Writes to standard output, until that breaks: the work goes on without it. */
  write(text: string): void {
    if (this.#broken) return;
    this.io.stdout.write(text, (error) => {
      if (error) this.#broken = true;
    });
  }

  /** Prints lines of text, in text mode only. */
  print(lines: readonly string[]): void {
    if (this.mode === "text") this.write(`${lines.join("\n")}\n`);
  }

  /** Prints the one JSON object of a run with `--json`. */
  emit(value: unknown): void {
    if (this.mode === "json") this.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Progress in text mode: a bar on a terminal, lines elsewhere. */
  async progress(): Promise<Progress> {
    return createProgress(this.io, this.mode === "text");
  }

  /** Tells of an error and returns the exit status that it stands for. Even `--quiet` does not hide an error. */
  fail(error: unknown): number {
    const status = statusOf(error);
    if (status === 0) return status;
    const report = reportError(error);
    if (report === undefined) return status;
    if (this.mode === "json") {
      this.emit({ error: report });
      return status;
    }
    if (status === exitStatus.interrupted) {
      const kept = report.hint === null ? "" : `\n${report.hint}`;
      this.io.stderr.write(`Stopped. Nothing half-written is left.${kept}\n`);
      return status;
    }
    const { bad } = colorsFor(this.io, this.io.stderr);
    const hint = report.hint === null || report.message.endsWith(report.hint) ? "" : `\n${report.hint}`;
    this.io.stderr.write(`${bad("error:")} ${report.message}${hint}\n`);
    return status;
  }
}

/** Colors for a stream: by NO_COLOR (https://no-color.org), FORCE_COLOR, and whether it is a terminal. */
function colorsFor({ env }: Io, stream: TextStream): Colors {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
  const refused = (env.NO_COLOR ?? "") !== "" || env.FORCE_COLOR === "0" || env.TERM === "dumb";
  const { bold, dim, green, red } = picocolors.createColors(forced || (stream.isTTY === true && !refused));
  return { strong: bold, faint: dim, good: green, bad: red };
}
