import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  discardUnfinished,
  INITIALIZER_FILE,
  identifyData,
  type OutputFolderOptions,
  writeTables,
} from "@wellbegun/adapters/node";
import {
  type Backend,
  type Explanation,
  explainScore,
  type Id,
  JoinedModel,
  type Observer,
  resolveBackend,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import { tuneUntrained, type UntrainedResult } from "@wellbegun/tune";
import { candidates } from "../../shared/backends/candidates.ts";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { DatasetSource } from "../../shared/dataset-source.ts";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { packageVersions } from "../../shared/versions.ts";
import { type NewUserList, recommendForHistories } from "./histories.ts";
import { judgeRecommender, type RecommenderQuality } from "./judge.ts";
import type { RecommendSettings } from "./options.ts";

/** What `recommend` did, as data: the object that `--json` prints. */
export interface RecommendResult extends Pick<UntrainedResult, "chosen" | "trials" | "users" | "sampled"> {
  readonly dataset: string;
  readonly out: string;
  readonly backend: string;
  /** Whether cold items were to be filled; `chosen.fillCold` is 0 if every factor lost more than is allowed. */
  readonly fillCold: boolean;
  /** Recall on the validation rows that the choices were made by. */
  readonly validationRecall: number;
  /** Null without test rows. */
  readonly quality: RecommenderQuality | null;
  /** One for each line of `--histories`. */
  readonly lists: readonly NewUserList[];
  readonly explanation: (Explanation & { readonly user: Id; readonly item: Id }) | null;
  /** The bundle's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Milliseconds of the search, and of everything. */
  readonly searchTime: number;
  readonly totalTime: number;
}

/** The observers of a run. */
export interface RecommendObserver extends Observer {
  readonly onDataset: (dataset: OpenDataset) => void;
}

/** load, tune, judge, export: the whole of `recommend`, without its printing. */
export async function runRecommend(
  source: DatasetSource,
  out: string,
  settings: RecommendSettings,
  observer: RecommendObserver,
  io: Io,
): Promise<RecommendResult> {
  io.atExit?.(discardUnfinished);
  const inputs = [...source.inputs, settings.histories].filter((path) => path !== undefined);
  const place = { overwrite: namedAgain(out, settings.force) ? out : settings.force, inputs };
  // Before anything is computed, which may take long.
  await checkBundleFolder(out, "a recommender without training", place);
  const start = performance.now();
  const dataset = await source.open(observer);
  const open: (() => Promise<void>)[] = [() => dataset.close()];
  try {
    refuseWithoutValidation(dataset, source.label);
    const { backend } = await resolveBackend(settings.backend ?? "auto", { candidates });
    open.push(() => backend.dispose());
    observer.onDataset(dataset);
    const { k = 20, maxWidth, contentWidth, maxUsers, seed } = settings;
    const fillCold = settings.fillCold === true ? "chosen" : settings.fillCold || undefined;
    const { train, validation, features } = dataset;
    const begun = performance.now();
    // Test rows stay behind: the search is handed train and validation rows alone.
    const found = await tuneUntrained(
      { train, validation, features },
      {
        k,
        maxWidth,
        contentWidth,
        maxUsers,
        fillCold,
        seed,
        backend,
        signal: observer.signal,
        onProgress: observer.onProgress,
      },
    );
    const searchTime = performance.now() - begun;
    const explanation = settings.explain === undefined ? null : explain(settings.explain, dataset, found);
    const lists =
      settings.histories === undefined
        ? []
        : await recommendForHistories(settings.histories, found.model, k, backend);
    const quality = await judgeRecommender(dataset, found, k, backend);
    const files = await exportTables(out, place, dataset, found, quality, backend, observer);
    const { chosen, trials, users, sampled, recall: validationRecall } = found;
    return {
      dataset: source.label,
      out,
      backend: backend.name,
      chosen,
      fillCold: fillCold !== undefined,
      trials,
      users,
      sampled,
      validationRecall,
      quality,
      lists,
      explanation,
      files,
      searchTime,
      totalTime: performance.now() - start,
    };
  } finally {
    for (const close of open.reverse()) await close();
  }
}

function refuseWithoutValidation({ validation }: OpenDataset, at: string): void {
  if (validation.items.length > 0) return;
  throw new WellbegunError("invalid-data", {
    doing: "choosing a recommender",
    expected: "validation rows (label 1), by which the widths and weights are chosen",
    found: "none",
    at,
  });
}

function explain(
  given: readonly string[],
  { train }: OpenDataset,
  { model }: UntrainedResult,
): RecommendResult["explanation"] {
  if (given.length !== 2 || !(model instanceof JoinedModel)) {
    throw new WellbegunError("invalid-option", {
      doing: "reading the options",
      expected: "a user and an item, such as 17,2043",
      found: given.join(","),
      at: "option --explain",
    });
  }
  const [user, item] = [idIn(model.users, given[0]!), idIn(model.items, given[1]!)];
  const row = rowNumber(model.users, user);
  if (row === undefined) refuseId("user", given[0]!, model.users);
  if (rowNumber(model.items, item) === undefined) refuseId("item", given[1]!, model.items);
  const history = Array.from(train.items.subarray(train.offsets[row], train.offsets[row + 1]), (own) =>
    model.items.ids === undefined ? own : model.items.ids.ids[own]!,
  );
  return { user, item, ...explainScore(model, history, item) };
}

/** An ID of the command line as the table has it: text where its IDs are, else a row number. */
function idIn({ ids }: Table, given: string): Id {
  return ids === undefined ? Number(given) : given;
}

function rowNumber({ ids, rows }: Table, id: Id): number | undefined {
  if (ids !== undefined) return ids.rowOf(id);
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < rows ? id : undefined;
}

function refuseId(kind: "user" | "item", found: string, { ids, rows }: Table): never {
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected:
      ids === undefined
        ? `the ${kind} as a whole number from 0 to ${rows - 1}`
        : `an ID of the ${rows} ${kind}s`,
    found,
    at: "option --explain",
  });
}

async function exportTables(
  out: string,
  place: Pick<OutputFolderOptions, "overwrite" | "inputs">,
  dataset: OpenDataset,
  found: UntrainedResult,
  quality: RecommenderQuality | null,
  backend: Backend,
  observer: Observer,
): Promise<Record<string, number>> {
  const { train } = dataset;
  const { users, items } = found.model;
  const { collaborative, chosen, recall, trials, sampled } = found;
  const table = (name: string, { data, rows, columns }: typeof users) => ({ name, data, rows, columns });
  const manifest = await writeTables(out, {
    signal: observer.signal,
    onProgress: observer.onProgress,
    tables: [table("users", users), table("items", items)],
    userIds: train.userIds?.ids,
    itemIds: train.itemIds?.ids,
    // A side whose cold rows were filled from content has no bytes yet.
    attachments: found.chosen.fillCold > 0 ? {} : { [INITIALIZER_FILE]: found.model.toBytes() },
    manifest: {
      packages: packageVersions(),
      recommender: { kind: "spectral and content, joined", ...chosen, rounds: collaborative.options.rounds },
      seed: collaborative.options.seed,
      backend: { name: backend.name, device: backend.capabilities.device },
      input: await identifyData(dataset, { signal: observer.signal }),
      search: { validationRecall: recall, sampled, trials, quality },
    },
    ...place,
  });
  const sizes: Record<string, number> = { "manifest.json": (await stat(join(out, "manifest.json"))).size };
  for (const [name, { bytes }] of Object.entries(manifest.files)) sizes[name] = bytes;
  return sizes;
}
