import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { ComparedData } from "@wellbegun/adapters/bundle";
import {
  checkOutputFolder,
  discardUnfinished,
  ioError,
  readBundle,
  recoverFolder,
  wireFiles,
  writeWire,
} from "@wellbegun/adapters/node";
import { findTarget } from "@wellbegun/adapters/targets";
import {
  artifactName,
  planWire,
  programPath,
  trainingCommand,
  type WireFile,
  type WireOptions,
  type WireParameter,
  type WirePlan,
} from "@wellbegun/adapters/wire";
import { WellbegunError } from "@wellbegun/core";
import { dataNotes } from "../../shared/compared-data.ts";
import type { Io } from "../../shared/io.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { type IneffectiveRule, refuseIneffective } from "../../shared/options/ineffective.ts";
import { entriesOf } from "../../shared/options/settings.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { compareWithTraining, findDataset } from "./dataset.ts";

/** Options of `wire`, as given. */
export interface WireSettings extends WireOptions, DatasetSettings {
  /** The dataset's name in the codebase, or its folder. */
  readonly dataset?: string;
  readonly otherData?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean | string;
}

/** What `wire` did, or with a dry run would do. */
export interface WireResult {
  readonly target: string;
  readonly bundle: string;
  /** The artifact's folder. */
  readonly out: string;
  readonly written: boolean;
  readonly tables: "users" | "users+items";
  /** `permuted` if the bundle is a control, whose vectors belong to other users and items; else null. */
  readonly control: "permuted" | null;
  readonly users: number;
  readonly items: number;
  /** Factor on the scale of all tables. */
  readonly scaleFactor: number;
  readonly parameters: readonly WireParameter[];
  /** Files that the codebase reads itself. */
  readonly files: readonly WireFile[];
  readonly warnings: readonly string[];
  /** The dataset's folder that the bundle was compared with; null if none was found. */
  readonly dataset: string | null;
  /** The result of comparing the bundle with it; null without a dataset. */
  readonly data: ComparedData["data"] | null;
  /** Whether the command is for a shell or for a Python program. */
  readonly language: "sh" | "python";
  /** The lines that start training. */
  readonly command: readonly string[];
}

/** Plans and writes the artifact for one model. */
export async function wireBundle(
  name: string,
  folder: string,
  into: string,
  settings: WireSettings,
  io: Io,
): Promise<WireResult> {
  io.atExit?.(discardUnfinished);
  const { dataset: given, dryRun = false, force = false, tables, latent, modalities, scaleFactor } = settings;
  const target = findTarget(name);
  await recoverFolder(folder);
  const bundle = await readBundle(folder, { signal: io.signal });
  const plan = planWire(bundle, target, { tables, latent, modalities, scaleFactor });
  const parent = resolve(into);
  const checkout = (await isFile(join(parent, programPath(target)))) ? parent : undefined;
  const dataset = await findDataset(given, checkout, bundle.manifest.input?.name);
  if (dataset.folder === undefined) {
    refuseUnusedDataset(plan, given);
    refuseIneffective<WireSettings>(withoutDataset, settings);
  }
  const compared = await compareWithTraining(bundle, dataset, settings, io);
  const out = join(parent, artifactName(plan));
  const overwrite = namedAgain(out, force) ? out : force;
  // A dry run refuses what the run would refuse.
  await checkOutputFolder(out, { overwrite, own: wireFiles, inputs: [folder] });
  if (!dryRun) await writeWire(out, bundle, plan, { overwrite, signal: io.signal, python: pythonFolder() });
  const run = { wire: out, checkout, dataset: dataset.name };
  return {
    target: `${target.codebase.name}:${target.name}`,
    bundle: folder,
    out,
    written: !dryRun,
    tables: plan.tables,
    control: plan.control,
    users: plan.rows.users.count,
    items: plan.rows.items.count,
    scaleFactor: plan.scaleFactor,
    parameters: plan.parameters,
    files: plan.files,
    // The plan's own warnings name a control.
    warnings: [...plan.warnings, ...(compared === null ? [] : dataNotes(compared, null))],
    dataset: dataset.folder ?? null,
    data: compared?.data ?? null,
    language: target.codebase.use === "helper" ? "python" : "sh",
    command: trainingCommand(plan, run),
  };
}

/** Options that change nothing where no dataset is found. */
const withoutDataset: readonly IneffectiveRule<WireSettings>[] = (
  ["otherData", ...entriesOf(datasetSettings).map(([option]) => option)] as const
).map((option) => ({
  option,
  when: () => true,
  because: "without a dataset to compare the bundle with: --dataset names its folder",
}));

/** Throws if a dataset's name is given but the lines that start training contain none. */
function refuseUnusedDataset(plan: WirePlan, dataset: string | undefined): void {
  const lines = (name: string): string => trainingCommand(plan, { wire: "w", dataset: name }).join("\n");
  if (dataset === undefined || lines("a") !== lines("b")) return;
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: `no --dataset: training with ${plan.target.codebase.title} names none`,
    found: JSON.stringify(dataset),
    at: "option --dataset",
    hint: "The option would change nothing.",
  });
}

/**
 * The Python package in the adapters' own folder: this program may be built into files elsewhere. Looked for from this file,
 * which is unknown in a program bundled to CommonJS, then from the program that runs, then from the folder that it runs in.
 */
function pythonFolder(): string {
  const own: string | undefined = import.meta.url;
  for (const from of [own, process.argv[1], join(process.cwd(), "any.js")]) {
    try {
      const adapters = createRequire(from ?? "").resolve("@wellbegun/adapters/package.json");
      return join(dirname(adapters), "python");
    } catch {
      // Not there; the next place may have it.
    }
  }
  throw new WellbegunError("unavailable", {
    doing: "looking for the Python files that load an artifact",
    expected: "the package @wellbegun/adapters",
    found: "none from here",
    hint: "Install it: npm install @wellbegun/adapters",
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw ioError("looking for a checkout", "a folder", path, cause);
  }
}
