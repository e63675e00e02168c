import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BundleTable, Manifest } from "@wellbegun/adapters/bundle";
import { type Bundle, type OutputFolderOptions, readBundle, writeTables } from "@wellbegun/adapters/node";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { Initializer, type Observer, type ScaleFactor, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type Commit, readChecked, readCommit } from "./commit.ts";
import { INITIALIZER_FILE, type JobPlan, PLAN_FILE, PLAN_FORMAT } from "./plan.ts";
import { idsAreRowNumbers, partIds, partVectors } from "./read-parts.ts";

/** Options of {@link collectJob}. */
export interface CollectOptions extends Observer, Pick<OutputFolderOptions, "overwrite"> {
  /** The folder that the job wrote to. Default: `out` in the job's folder. */
  readonly from?: string | undefined;
  /** Rows of a part of the bundle. Default: as many as fit into 1 GiB. */
  readonly rowsPerPart?: number | undefined;
  /** Versions of packages that the manifest lists besides those of the plan, by name. Default: none. */
  readonly packages?: Readonly<Record<string, string>> | undefined;
}

const DOING = "collecting a Spark job";
const optionNames = namesOf<CollectOptions>({
  from: true,
  rowsPerPart: true,
  packages: true,
  overwrite: true,
  signal: true,
  onProgress: true,
});
const PART_BYTES = 2 ** 30;

/**
 * Makes the bundle from what a job wrote: checks the plan, the commit list, counts, the order of the IDs and every hash, and
 * writes the scaled user table, the items, the clusters and the initializer. The parts are streamed, so the user table need
 * not fit into memory. The bundle is the same whatever the number of partitions.
 *
 * @param job The job's folder, as `planJob` wrote it.
 * @param out The bundle's folder, which is written as a whole or not at all.
 * @returns The bundle's manifest.
 * @throws {WellbegunError} `io` if the job has not finished or a part is missing; `mismatch` naming what differs from the
 * commit list or the plan; and what `readBundle` and `writeTables` throw.
 */
export async function collectJob(job: string, out: string, options: CollectOptions = {}): Promise<Manifest> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { from = join(job, "out"), overwrite, signal, onProgress } = options;
  if (!existsSync(job)) throw notPlanned("io", "nothing there", job);
  if (!existsSync(join(job, PLAN_FILE))) throw notPlanned("format", `no ${PLAN_FILE} in it`, job);
  const planned = await readBundle(job, { signal });
  if (planned.manifest.files[PLAN_FILE] === undefined) {
    throw notPlanned("format", "a bundle without a plan", job);
  }
  const text = await readFile(join(job, PLAN_FILE));
  const plan = asPlan(JSON.parse(new TextDecoder().decode(text)), join(job, PLAN_FILE));
  const commit = await readCommit(from, plan, createHash("sha256").update(text).digest("hex"));
  const degrees = decodeNpy(await readChecked(from, commit.degrees), join(from, commit.degrees.file)).data;
  if (!(degrees instanceof Float64Array) || degrees.length !== plan.items.count) {
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `${plan.items.count} degrees of type float64`,
      found: `${degrees.length}`,
      at: join(from, commit.degrees.file),
    });
  }
  const { state } = Initializer.fromBytes(await readFile(join(job, INITIALIZER_FILE)));
  const unscaled = new Initializer({ ...state, itemDegrees: degrees, userFactor: 1, itemFactor: 1 });
  const userFactor = userScale(plan, commit, unscaled);
  const itemFactor = plan.scale === "items" ? 1 : userFactor;
  const initializer = new Initializer({ ...unscaled.state, userFactor, itemFactor });
  const { data, rows, columns } = initializer.items;
  const blocks = partVectors(from, commit.parts, userFactor === "unit" ? 1 : userFactor);
  return writeTables(out, {
    tables: [
      { name: "users", rows: commit.users, columns: plan.dim, blocks },
      { name: "items", rows, columns, data },
      ...(await clusterTablesOf(planned, plan)),
    ],
    userIds: idsAreRowNumbers(commit) ? undefined : { length: commit.users, blocks: partIds(from, commit) },
    itemIds: planned.itemIds,
    rowsPerPart: options.rowsPerPart ?? Math.max(1, Math.floor(PART_BYTES / (plan.dim * 4))),
    manifest: {
      packages: { ...planned.manifest.packages, ...options.packages },
      options: plan.options,
      seed: plan.options.seed,
      report: plan.report,
      engine: {
        name: "spark",
        version: commit.spark,
        plan: commit.plan,
        log: plan.log,
        users: commit.users,
        interactions: commit.pairs,
        factors: { users: userFactor, items: itemFactor },
        usersWithUnknownItems: commit.usersWithUnknownItems,
        zeroRows: commit.parts.reduce((sum, { zeroRows }) => sum + zeroRows, 0),
      },
    },
    attachments: { [INITIALIZER_FILE]: initializer.toBytes() },
    overwrite,
    inputs: [job, from],
    signal,
    onProgress,
  });
}

function notPlanned(code: "io" | "format", found: string, at: string): WellbegunError {
  return new WellbegunError(code, { doing: DOING, expected: "a folder that plan wrote", found, at });
}

/** Core's factor of a user table, from sums in place of all norms. */
function userScale({ scale, dim }: JobPlan, { parts, users }: Commit, unscaled: Initializer): ScaleFactor {
  if (scale === "unit" || scale === "none") return scale === "unit" ? "unit" : 1;
  const total = (key: "squares" | "norms"): number => parts.reduce((sum, part) => sum + part[key], 0);
  const [target, found] =
    scale === "items"
      ? [meanNorm(unscaled.items), total("norms") / users]
      : [Math.sqrt(2 / (users + dim)), Math.sqrt(total("squares") / (users * dim))];
  return found > 0 && Number.isFinite(target / found) && target > 0 ? target / found : 1;
}

function meanNorm({ data, rows, columns }: Initializer["items"]): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let c = row * columns; c < (row + 1) * columns; c++) squares += data[c]! * data[c]!;
    sum += Math.sqrt(squares);
  }
  return sum / Math.max(1, rows);
}

/** The centroids and labels of each modality, as the plan has them. */
async function clusterTablesOf(planned: Bundle, { modalities }: JobPlan): Promise<BundleTable[]> {
  const tables: BundleTable[] = [];
  for (const { name } of modalities) {
    for (const table of [`centroids.${name}`, `labels.${name}`]) tables.push(await planned.readTable(table));
  }
  return tables;
}

function asPlan(value: unknown, at: string): JobPlan {
  const { format, version } = (value ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  // The rest was written by the planner and is covered by the hash in the folder's manifest.
  if (format === PLAN_FORMAT && version === 1) return value as JobPlan;
  const expected = `${PLAN_FORMAT}, version 1`;
  throw new WellbegunError("format", { doing: DOING, expected, found: `${format}, ${version}`, at });
}
