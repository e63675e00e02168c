import { stat } from "node:fs/promises";
import { join } from "node:path";
import { clusterTables } from "@wellbegun/adapters/bundle";
import { discardUnfinished, type OutputFolderOptions, writeBundle } from "@wellbegun/adapters/node";
import {
  type AnyInteractions,
  type Backend,
  collectInteractions,
  createTable,
  type FitInput,
  type FitOptions,
  type FittedTables,
  fitInto,
  jobSizes,
  type Observer,
  type RecordedOptions,
  type RefusedBackend,
  type Report,
  recordOptions,
  resolveBackend,
  type StageTimes,
  WellbegunError,
} from "@wellbegun/core";
import { throwIfAborted, whileOpen } from "@wellbegun/core/support";
import { candidates } from "../../shared/backends/candidates.ts";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import { readCentroids } from "../../shared/centroids.ts";
import type { OpenDataset, StreamDataset } from "../../shared/dataset.ts";
import type { DatasetSource } from "../../shared/dataset-source.ts";
import { byteSize } from "../../shared/format.ts";
import { refuseWithoutRows } from "../../shared/held-out.ts";
import type { Io } from "../../shared/io.ts";
import { fitOptions } from "../../shared/options/fit-options.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { peakMemory } from "../../shared/peak-memory.ts";
import { stageClock } from "../../shared/stage-times.ts";
import { packageVersions } from "../../shared/versions.ts";
import { heldMemory } from "./held-memory.ts";
import type { InitSettings } from "./options.ts";
import { permutedBundle } from "./permuted-bundle.ts";
import { judgeQuality, type Quality } from "./quality.ts";
import { fileStore, memoryStore, type TableStore } from "./table-store.ts";

/** What `init` did, as data: the object that `--json` prints. */
export interface InitResult {
  readonly dataset: string;
  readonly out: string;
  readonly backend: {
    readonly name: string;
    readonly device: string;
    readonly threads: number;
    /** Why it was not another one. */
    readonly others: readonly Pick<RefusedBackend, "name" | "kind" | "reason">[];
  };
  readonly options: RecordedOptions;
  readonly report: Report;
  /** Null unless it was requested and there are validation rows. */
  readonly quality: Quality | null;
  /** `permuted` if the bundle is a control, whose rows are permuted; else null. */
  readonly control: "permuted" | null;
  /** The bundle's files and their bytes, the manifest included. */
  readonly files: Readonly<Record<string, number>>;
  /** Milliseconds by stage. */
  readonly times: StageTimes;
  /** Milliseconds from the first stage to the last. */
  readonly totalTime: number;
  /** Most bytes of memory that the process held at a time. */
  readonly peakMemory: number;
}

/** The observers of a run. */
export interface InitObserver extends Observer {
  /** Called when the dataset has been read, before anything is computed. */
  readonly onDataset: (dataset: StreamDataset) => void;
}

/** load, fit, evaluate, export: the whole of `init`, without its printing. */
export async function initialize(
  source: DatasetSource,
  out: string,
  settings: InitSettings,
  observer: InitObserver,
  io: Io,
  config?: string,
): Promise<InitResult> {
  io.atExit?.(discardUnfinished);
  const inputs = [...source.inputs, settings.centroids, config].filter((path) => path !== undefined);
  const place = { overwrite: namedAgain(out, settings.force) ? out : settings.force, inputs };
  // Before anything is computed, which may take long.
  await checkBundleFolder(out, "starting vectors", place);
  const start = performance.now();
  const { times, measure, add } = stageClock();
  observer.onProgress?.({ stage: "load", done: 0, total: 1 });
  const dataset = await measure("load", () => source.stream(observer));
  return await whileOpen(async (onClose) => {
    onClose(() => dataset.close());
    const memory = memoryForFit(dataset, settings.memory);
    const options = await optionsFor(dataset, settings, observer);
    if (options.weighting === "validation") {
      refuseWithoutRows(dataset.validation, source, {
        doing: "weighing modalities",
        split: "validation",
        wanted: ", by which modalities are weighed",
      });
    }
    const { backend, others } = await resolveBackend(settings.backend ?? "auto", {
      candidates,
      sizes: jobSizes(dataset, options),
    });
    onClose(() => backend.dispose());
    const store = settings.memory === undefined ? memoryStore() : await fileStore(settings.temp);
    onClose(() => store.close());
    throwIfAborted(observer, "computing starting vectors");
    observer.onDataset(dataset);
    const { validation } = dataset;
    const bounded = memory === undefined ? settings : { ...settings, memory };
    const fitted = await fitDataset(dataset, options, bounded, backend, store, observer);
    add(fitted.times);
    const quality =
      settings.evaluate === true && validation !== undefined && validation.items.length > 0
        ? await measure("evaluate", () => judge({ ...dataset, validation }, fitted, store, backend, observer))
        : null;
    const files = await measure("export", () =>
      exportBundle(out, { ...settings, ...place }, fitted, store, observer),
    );
    const { device, threads = 1 } = backend.capabilities;
    return {
      dataset: source.label,
      out,
      backend: {
        name: backend.name,
        device,
        threads,
        others: others.map(({ name, kind, reason }) => ({ name, kind, reason })),
      },
      options: recordOptions(fitted.options),
      report: fitted.report,
      quality,
      control: settings.control === "permuted" ? "permuted" : null,
      files,
      times,
      totalTime: performance.now() - start,
      peakMemory: peakMemory(),
    };
  });
}

/**
 * The memory that a bound leaves to the fit, whose plan counts the train interactions itself: what held-out splits hold is taken off.
 *
 * @throws {WellbegunError} `limit` if the interactions and their IDs alone exceed the bound.
 */
function memoryForFit(dataset: StreamDataset, memory: number | undefined): number | undefined {
  if (memory === undefined) return undefined;
  const { interactions, ids, heldOut } = heldMemory(dataset);
  if (interactions + ids <= memory) return memory - heldOut;
  throw new WellbegunError("limit", {
    doing: "computing starting vectors",
    expected: `interactions and IDs within ${byteSize(memory)} of memory`,
    found: `${byteSize(interactions)} of interactions, ${byteSize(ids)} of IDs`,
    at: "option --memory",
    hint: "--interactions <files> --engine duckdb leaves interactions and user IDs on the disk and reads them in blocks; held-out splits stay in memory.",
  });
}

async function optionsFor(
  { features }: StreamDataset,
  settings: InitSettings,
  { signal }: Observer,
): Promise<FitOptions> {
  const { otherData } = settings;
  const centroids =
    settings.centroids === undefined
      ? undefined
      : await readCentroids(settings.centroids, features, { otherData, signal });
  return fitOptions(settings, centroids);
}

function fitDataset(
  input: FitInput<AnyInteractions>,
  options: FitOptions,
  settings: InitSettings,
  backend: Backend,
  store: TableStore,
  observer: Observer,
): Promise<FittedTables<AnyInteractions>> {
  return fitInto(
    input,
    {
      ...options,
      signal: observer.signal,
      onProgress: observer.onProgress,
      backend,
      memory: settings.memory,
      perModality: settings.perModality ?? true,
      // Without projection it would hold all features again, which a memory bound must prevent.
      initializer: settings.memory === undefined || settings.project !== "none",
    },
    store,
  );
}

async function judge(
  dataset: StreamDataset & Pick<OpenDataset, "validation">,
  { initializer, options }: Pick<FittedTables, "initializer" | "options">,
  store: TableStore,
  backend: Backend,
  observer: Observer,
): Promise<Quality> {
  const { validation } = dataset;
  if (initializer === undefined) {
    throw new WellbegunError("invalid-option", {
      doing: "judging the vectors",
      expected: "a projection, or no bound on memory",
      found: "evaluate together with memory and project none",
      at: "evaluate",
    });
  }
  const train = await collectInteractions(dataset.train);
  const users = createTable(await store.read("users"), train.userCount, initializer.dim, train.userIds);
  return judgeQuality({ initializer, users, train, validation, seed: options.seed, backend }, observer);
}

async function exportBundle(
  out: string,
  { format, rowsPerPart, control, overwrite, inputs }: InitSettings & OutputFolderOptions,
  fitted: FittedTables<AnyInteractions>,
  store: TableStore,
  { onProgress, signal }: Observer,
): Promise<Record<string, number>> {
  const permuted = control === "permuted";
  const tables = [...store.tables(), ...clusterTables(fitted)];
  const manifest = await writeBundle(
    out,
    { ...fitted, tables: permuted ? permutedBundle(tables, store, fitted.options.seed) : tables },
    {
      onProgress,
      signal,
      formats: format,
      rowsPerPart,
      control: permuted ? "permuted" : null,
      packages: packageVersions(),
      overwrite,
      inputs,
    },
  );
  const sizes: Record<string, number> = { "manifest.json": (await stat(join(out, "manifest.json"))).size };
  for (const [name, { bytes }] of Object.entries(manifest.files)) sizes[name] = bytes;
  return sizes;
}
