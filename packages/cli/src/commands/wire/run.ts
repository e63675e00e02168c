import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { discardUnfinished, readBundle, writeWire } from "@wellbegun/adapters/node";
import { findTarget } from "@wellbegun/adapters/targets";
import {
  artifactName,
  planWire,
  programPath,
  trainingCommand,
  type WireOptions,
  type WireParameter,
} from "@wellbegun/adapters/wire";
import { WellbegunError } from "@wellbegun/core";
import type { Io } from "../../shared/io.ts";

/** What `wire` can be told. */
export interface WireSettings extends WireOptions {
  readonly dataset?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
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
  readonly parameters: readonly WireParameter[];
  readonly warnings: readonly string[];
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
  const { dataset, dryRun = false, force = false, ...options } = settings;
  const target = findTarget(name);
  const bundle = await readBundle(folder, { signal: io.signal });
  const plan = planWire(bundle, target, options);
  const parent = resolve(into);
  const checkout = await isFile(join(parent, programPath(target)));
  const out = join(parent, artifactName(plan));
  if (!dryRun)
    await writeWire(out, bundle, plan, { overwrite: force, signal: io.signal, python: pythonFolder() });
  const run = {
    wire: out,
    checkout: checkout ? parent : undefined,
    dataset: dataset ?? datasetOf(bundle.manifest.input),
  };
  return {
    target: `${target.codebase.name}:${target.name}`,
    bundle: folder,
    out,
    written: !dryRun,
    tables: plan.tables,
    control: plan.control,
    users: plan.rows.users.count,
    items: plan.rows.items.count,
    parameters: plan.parameters,
    warnings: plan.warnings,
    language: target.codebase.use === "launcher" ? "sh" : "python",
    command: trainingCommand(plan, run),
  };
}

/** The Python package in the adapters' own folder: this program may be built into files elsewhere. */
function pythonFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("@wellbegun/adapters/package.json")), "python");
}

/** The name of the dataset that a bundle was computed from: that of its interaction file. */
function datasetOf(input: unknown): string | undefined {
  const train = typeof input === "object" && input !== null && "train" in input ? input.train : undefined;
  const file = typeof train === "object" && train !== null && "file" in train ? train.file : undefined;
  return typeof file === "string" ? file.replace(/\.inter$/, "") : undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WellbegunError("io", {
      doing: "looking for a checkout",
      expected: "a folder",
      found,
      at: path,
      cause,
    });
  }
}
