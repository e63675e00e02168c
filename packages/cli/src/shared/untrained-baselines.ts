import {
  type Backend,
  type ContentGram,
  coOccurrenceKnn,
  ease,
  easeBytes,
  type FeatureSource,
  fit,
  type Interactions,
  maxEaseItems,
  type Observer,
  spectral,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import { itemModelRanker, type RankerContestant, tableRanker } from "@wellbegun/evaluation";
import { byteSize, count, duration } from "./format.ts";
import { choice, type Kind, list } from "./options/kinds.ts";

/** Recommenders without training that vectors and models are held against, as options name them. */
export const baselineNames = ["item-knn", "spectral", "ease"] as const;
export type BaselineName = (typeof baselineNames)[number];
/** What tables of results call the baselines. */
export type BaselineLabel = "item-kNN" | "spectral" | "EASE" | "EASE with content";
/** A name, or `none` for no baseline but popularity. */
export type BaselineChoice = BaselineName | "none";

/** The values of an option `--baselines` that offers these names. */
export function baselinesKind(
  offered: readonly BaselineName[] = baselineNames,
): Kind<readonly BaselineChoice[]> {
  return list(choice<BaselineChoice>([...offered, "none"]), "<list>");
}

/** Items up to which EASE takes no longer than the judging. */
export const quickEaseItems = 2000;

/** Weight of the content's products in EASE with content: the best of 1, 5 and 20 on the three datasets of experiments/untrained with EASE. */
const easeContentWeight = 20;

/** Most columns of content that is made of features. */
const contentColumns = 64;

/** What is opened, and how. */
export interface BaselineSettings {
  /** The names given; undefined: all that the limits allow. */
  readonly names: readonly BaselineChoice[] | undefined;
  /** The names that may be given. Default: all. */
  readonly offered?: readonly BaselineName[] | undefined;
  /** The items' content, with which EASE is computed once more. Default: it is made of the features. */
  readonly content?: Table | undefined;
  /** The items' features by modality. Default, and where there are none: EASE without content alone. */
  readonly features?: Readonly<Record<string, FeatureSource>> | undefined;
  /** Columns of the spectral tables: as many as what is judged has. */
  readonly columns: number;
  /** Most items of EASE where it is not named. Default: only memory limits it. */
  readonly easeItems?: number | undefined;
  /** Bytes that EASE may take. */
  readonly memory: number;
  readonly backend: Backend;
}

/** Baselines, ready to be judged. */
export interface OpenBaselines {
  readonly contestants: readonly RankerContestant[];
  /** Why a baseline was left out, as sentences. */
  readonly leftOut: readonly string[];
  /** Milliseconds that computing them took. */
  readonly time: number;
  dispose(): Promise<void>;
}

/**
 * Computes baselines from the train rows: item-kNN by co-occurrence, spectral tables as wide as what is judged, and
 * EASE, also with content, where its time and memory allow.
 *
 * @throws {WellbegunError} `invalid-option` for `none` beside a name, or EASE by name for more items or bytes than
 * there may be; `aborted`.
 */
export async function openBaselines(
  train: Interactions,
  settings: BaselineSettings,
  { signal }: Observer,
): Promise<OpenBaselines> {
  const { columns, backend } = settings;
  const begun = performance.now();
  const contestants: RankerContestant[] = [];
  const models: { dispose(): Promise<void> }[] = [];
  const { names, leftOut } = chosenBaselines(train.itemCount, settings);
  const dispose = async (): Promise<void> => {
    for (const { ranker } of contestants) await ranker.dispose();
    for (const model of models) await model.dispose();
  };
  try {
    if (names.includes("item-knn")) {
      const model = await coOccurrenceKnn(train, { signal });
      models.push(model);
      contestants.push({ name: "item-kNN", ranker: itemModelRanker(model, train) });
    }
    if (names.includes("spectral")) {
      const tables = await spectral(train, { k: Math.min(columns, train.itemCount), backend, signal });
      contestants.push({ name: "spectral", ranker: await tableRanker(tables, { backend }) });
    }
    if (names.includes("ease")) {
      const add = async (name: BaselineLabel, gram?: ContentGram): Promise<void> => {
        const model = await ease(train, { content: gram, backend, signal });
        models.push(model);
        contestants.push({ name, ranker: itemModelRanker(model, train) });
      };
      await add("EASE");
      if (hasContent(settings)) {
        const items = settings.content ?? (await contentOf(train, settings, signal));
        await add("EASE with content", { items, weight: easeContentWeight });
      }
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    contestants,
    leftOut,
    time: performance.now() - begun,
    dispose,
  };
}

function hasContent({ content, features = {} }: BaselineSettings): boolean {
  return content !== undefined || Object.keys(features).length > 0;
}

/** Content tables of all modalities with equal weights, with the axes damped as those that `recommend` makes. */
async function contentOf(
  train: Interactions,
  { features = {}, backend }: BaselineSettings,
  signal: Observer["signal"],
): Promise<Table> {
  const width = Object.values(features).reduce((sum, { columns }) => sum + columns, 0);
  const dim = Math.min(contentColumns, width);
  // With lambda 1 no table depends on the clusters.
  const options = { dim, damping: 0.5, lambda: 1, clusters: 1, perModality: false };
  return (await fit({ train, features }, { ...options, backend, signal })).items;
}

/** What results keep of the baselines. */
export type BaselineRecord = Omit<OpenBaselines, "dispose">;

/** Lines about the baselines: their time, and what was left out. */
export function baselineLines({
  names,
  leftOut,
  time,
}: {
  readonly names: readonly string[];
  readonly leftOut: readonly string[];
  readonly time: number;
}): string[] {
  return [
    ...(names.length === 0 ? [] : [`baselines ${names.join(", ")}, computed in ${duration(time)}`]),
    ...leftOut,
  ];
}

function chosenBaselines(
  itemCount: number,
  settings: BaselineSettings,
): { names: readonly BaselineName[]; leftOut: readonly string[] } {
  const { names: given, offered = baselineNames, easeItems = maxEaseItems, memory } = settings;
  if (given?.includes("none") === true) {
    if (given.length > 1) refuse(`none, or names among ${offered.join(", ")}`, given.join(","));
    return { names: [], leftOut: [] };
  }
  const names = (given ?? offered) as readonly BaselineName[];
  if (!names.includes("ease")) return { names, leftOut: [] };
  // One model's weights stay while the next is computed.
  const bytes = easeBytes(itemCount) + (hasContent(settings) ? 4 * itemCount ** 2 : 0);
  const tooLarge = itemCount > maxEaseItems || bytes > memory;
  if (given === undefined && (tooLarge || itemCount > easeItems)) {
    const why = tooLarge
      ? `it takes ${byteSize(bytes)} for ${count(itemCount)} items, at most ${byteSize(memory)} and ${count(maxEaseItems)} items are allowed`
      : `its time grows with the cube of ${count(itemCount)} items; --baselines names it to judge it all the same`;
    return { names: names.filter((name) => name !== "ease"), leftOut: [`EASE is left out: ${why}`] };
  }
  if (tooLarge) {
    refuse(
      `no ease: at most ${count(maxEaseItems)} items and ${byteSize(memory)}`,
      `${count(itemCount)} items, which take ${byteSize(bytes)}`,
    );
  }
  return { names, leftOut: [] };
}

function refuse(expected: string, found: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "choosing baselines",
    expected,
    found,
    at: "option --baselines",
  });
}
