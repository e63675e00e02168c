import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  discardUnfinished,
  INITIALIZER_FILE,
  identifyData,
  type OutputFolderOptions,
  writeTables,
} from "@wellbegun/adapters/node";
import { type Backend, JoinedModel, type Observer, resolveBackend, WellbegunError } from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import { type FillOutcome, tuneUntrained, type UntrainedResult } from "@wellbegun/tune";
import { candidates } from "../../shared/backends/candidates.ts";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { DatasetSource } from "../../shared/dataset-source.ts";
import { refuseWithoutRows } from "../../shared/held-out.ts";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { packageVersions } from "../../shared/versions.ts";
import { type ExplainedScore, explainPair, findPair } from "./explain.ts";
import { type NewUserList, recommendForHistories } from "./histories.ts";
import { judgeRecommender, type RecommenderQuality } from "./judge.ts";
import type { RecommendSettings } from "./options.ts";
import { readHistories } from "./read-histories.ts";
import { widthNote } from "./width-note.ts";

/** What `recommend` did, as data: the object that `--json` prints. */
export interface RecommendResult extends Pick<UntrainedResult, "chosen" | "trials" | "users" | "sampled"> {
  readonly dataset: string;
  readonly out: string;
  readonly backend: string;
  /** What became of filling cold items; null if it was not asked for. */
  readonly fill: FillOutcome | null;
  /** Recall on the validation rows that the choices were made by. */
  readonly validationRecall: number;
  /** That the chosen width is the narrowest or the widest tried, if so; else null. */
  readonly widthNote: string | null;
  /** Null without test rows. */
  readonly quality: RecommenderQuality | null;
  /** One for each line of `--users`. */
  readonly lists: readonly NewUserList[];
  readonly explanation: ExplainedScore | null;
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
  const inputs = [...source.inputs, settings.users].filter((path) => path !== undefined);
  const place = { overwrite: namedAgain(out, settings.force) ? out : settings.force, inputs };
  // Before anything is computed, which may take long.
  await checkBundleFolder(out, "a recommender without training", place);
  const start = performance.now();
  const dataset = await source.open(observer);
  return await whileOpen(async (onClose) => {
    onClose(() => dataset.close());
    refuseWithoutRows(dataset.validation, source, {
      doing: "choosing a recommender",
      split: "validation",
      wanted: ", by which the widths and weights are chosen",
    });
    const { backend } = await resolveBackend(settings.backend ?? "auto", { candidates });
    onClose(() => backend.dispose());
    observer.onDataset(dataset);
    const { k = 20, maxWidth, contentWidth, maxUsers, seed } = settings;
    if (settings.fillCold) refuseWithoutFeatures(dataset, source.label, "filling cold items");
    const fillCold = settings.fillCold === true ? "chosen" : settings.fillCold || undefined;
    const { train, validation, features } = dataset;
    // Before the search, which may take long.
    const pair = settings.explain && findPair(settings.explain, train);
    if (pair !== undefined) refuseWithoutFeatures(dataset, source.label, "explaining a score");
    const histories = settings.users === undefined ? [] : await readHistories(settings.users, train.itemIds);
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
    const explanation =
      pair !== undefined && found.model instanceof JoinedModel ? explainPair(pair, found.model) : null;
    const lists =
      histories.length === 0 ? [] : await recommendForHistories(histories, found.model, k, backend);
    const quality = await judgeRecommender(
      dataset,
      found,
      { k, baselines: settings.baselines, backend },
      observer,
    );
    const files = await exportTables(out, place, dataset, found, quality, backend, observer);
    const { chosen, trials, users, sampled, recall: validationRecall } = found;
    return {
      dataset: source.label,
      out,
      backend: backend.name,
      chosen,
      fill: found.fill ?? null,
      trials,
      users,
      sampled,
      validationRecall,
      widthNote: widthNote(trials, chosen.k, train.itemCount) ?? null,
      quality,
      lists,
      explanation,
      files,
      searchTime,
      totalTime: performance.now() - start,
    };
  });
}

/** Only joined tables have two sides that a score is the sum of, and cold items are filled from content. */
function refuseWithoutFeatures({ features }: OpenDataset, at: string, doing: string): void {
  if (Object.keys(features).length > 0) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "content features",
    found: "none",
    at,
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
    attachments: { [INITIALIZER_FILE]: found.model.toBytes() },
    manifest: {
      packages: packageVersions(),
      recommender: {
        kind: found.content === undefined ? "spectral" : "spectral and content, joined",
        ...chosen,
        rounds: collaborative.options.rounds,
      },
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
