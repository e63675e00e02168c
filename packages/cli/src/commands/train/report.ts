import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Control, controlOf } from "@wellbegun/adapters/bundle";
import { type Bundle, readBundle } from "@wellbegun/adapters/node";
import { type Observer, WellbegunError } from "@wellbegun/core";
import { renderTrainingReport, type TrainingCurve } from "@wellbegun/evaluation-report";
import { CURVE_FILE } from "@wellbegun/train";
import type { Io } from "../../shared/io.ts";
import { startWords } from "../../shared/start-words.ts";
import { packageVersion } from "../../shared/versions.ts";
import { writeWhole } from "../../shared/write-whole.ts";
import type { TrainResult } from "./result.ts";

/** Most arms on one page: each has a color of its own. */
const MOST_ARMS = 10;

const DOING = "reading the training to show beside this one";

/**
 * Reads the curves of trained bundles, each under its folder's name.
 *
 * @throws {WellbegunError} `mismatch` for a bundle that no training wrote, or that was judged with lists of another length; and
 * what reading a bundle throws.
 */
export async function readCurves(
  folders: readonly string[],
  k: number,
  { signal }: Observer,
): Promise<TrainingCurve[]> {
  const arms: TrainingCurve[] = [];
  for (const folder of folders) {
    const { manifest } = await readBundle(folder, { signal });
    if (manifest.files[CURVE_FILE] === undefined)
      throw mismatch("a bundle that train wrote", "no curve", folder);
    const judged = trainingOf(manifest);
    if (judged.k !== k) throw mismatch(`lists of ${k} items, as in this run`, `${judged.k}`, folder);
    const text = await readFile(join(folder, CURVE_FILE), "utf8");
    const points = text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as TrainingCurve["points"][number]);
    arms.push({ name: armName(folder, controlOf(manifest)), points, bestEpoch: judged.bestEpoch });
  }
  return arms;
}

/**
 * Writes the run and the trainings beside it as one HTML page, as a whole or not at all.
 *
 * @throws {WellbegunError} `invalid-option` for more than ten arms; `io` if the file cannot be written.
 */
export async function writeTrainingReport(
  path: string,
  result: TrainResult,
  beside: readonly TrainingCurve[],
  io: Io,
): Promise<void> {
  const { dataset, runs, options, start, backend, baselines } = result;
  const name = armName(result.out, start?.control ?? null);
  const own = runs.map(({ seed, curve, bestEpoch }) => ({
    name: runs.length === 1 ? name : `${name}, seed ${seed}`,
    points: curve,
    bestEpoch,
  }));
  const arms = withOwnNames([...own, ...beside]);
  expectFew(arms.length);
  const text = renderTrainingReport({
    title: basename(dataset),
    facts: [
      ["dataset", dataset],
      ["model", `${options.model}, ${options.dimensions} columns`],
      ["start", startWords(start)],
      ["backend", backend],
      ...baselines.judged.map(
        ({ name, test }) =>
          [`test Recall@${options.k} of ${name}`, test?.recall.toFixed(4) ?? "not judged"] as const,
      ),
      ["wellbegun", packageVersion("wellbegun")],
    ],
    arms,
    k: options.k,
  });
  await writeWhole(path, text, "writing the report", io);
}

/** @throws {WellbegunError} `invalid-option` for more arms than a page shows. */
export function expectFew(arms: number): void {
  if (arms <= MOST_ARMS) return;
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: `at most ${MOST_ARMS} seeds and bundles on one page`,
    found: `${arms}`,
    at: "option --beside",
  });
}

/** The folder's name, marked where its vectors are a control. */
function armName(folder: string, control: Control): string {
  return `${basename(folder)}${control === null ? "" : " (control)"}`;
}

/** Folders of equal names are numbered, since a name stands for one arm. */
function withOwnNames(arms: readonly TrainingCurve[]): TrainingCurve[] {
  const seen = new Map<string, number>();
  return arms.map((arm) => {
    const times = (seen.get(arm.name) ?? 0) + 1;
    seen.set(arm.name, times);
    return times === 1 ? arm : { ...arm, name: `${arm.name} (${times})` };
  });
}

function trainingOf({ training, diagnostics }: Bundle["manifest"]): { k: number; bestEpoch: number } {
  return {
    k: Number((training as Record<string, unknown> | undefined)?.k),
    bestEpoch: Number((diagnostics as Record<string, unknown> | undefined)?.bestEpoch),
  };
}

function mismatch(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: DOING, expected, found, at });
}
