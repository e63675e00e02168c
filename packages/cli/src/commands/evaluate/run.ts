import type { ComparedData, Control } from "@wellbegun/adapters/bundle";
import {
  type FeatureSource,
  type Observer,
  type RecordedOptions,
  resolveBackend,
  type StageTimes,
  WellbegunError,
} from "@wellbegun/core";
import { throwIfAborted, whileOpen } from "@wellbegun/core/support";
import {
  type CompareOptions,
  type Comparison,
  type Contestant,
  compare,
  maskModality,
  type Protocol,
  splitOf,
  type TableContestant,
} from "@wellbegun/evaluation";
import { candidates } from "../../shared/backends/candidates.ts";
import { baselines } from "../../shared/contestants.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import { datasetNotes } from "../../shared/dataset-notes.ts";
import type { DatasetSource } from "../../shared/dataset-source.ts";
import { refuseWithoutRows } from "../../shared/held-out.ts";
import { machineMemory } from "../../shared/machine-memory.ts";
import { stageClock } from "../../shared/stage-times.ts";
import { type BaselineRecord, openBaselines, quickEaseItems } from "../../shared/untrained-baselines.ts";
import { compareContent, explained } from "./content.ts";
import { type JudgedTables, readJudgedTables } from "./judged-tables.ts";
import type { EvaluateProtocol, EvaluateSettings } from "./options.ts";
import { fitSubjects, fromTables, type Subjects } from "./subjects.ts";

/** Nearest items of each item that the report compares with the nearest by co-occurrence. */
const REPORTED_ITEMS = 100;

/**
 * The full result of `evaluate`, including tables and lists, from which its printed, JSON and HTML forms are
 * made.
 */
export interface Evaluation {
  readonly dataset: OpenDataset;
  readonly backend: { readonly name: string; readonly device: string; readonly threads: number };
  readonly seed: number;
  /** Options of the fit that was judged; null for given tables. */
  readonly options: RecordedOptions | null;
  /** Where given tables came from; null for a fit. */
  readonly source: Readonly<Record<string, string>> | null;
  /** What given tables are a control for; null for real ones. */
  readonly control: Control;
  /** The result of comparing the given tables' data with the dataset; `same` for a fit. */
  readonly data: ComparedData["data"];
  /** Notes for the user about the dataset and given tables. */
  readonly notes: readonly string[];
  /** The baselines that were computed, their time, and those left out. */
  readonly baselines: BaselineRecord;
  /** The last contestant: the given tables, or the fused ones. */
  readonly judged: TableContestant;
  /** The first contestant: tables of noise, which a model would start from otherwise. */
  readonly random: TableContestant;
  readonly comparison: Comparison;
  /**
   * The fit's contestants again, fit with one modality missing for a share of the items; null unless requested.
   */
  readonly masked: { readonly share: number; readonly comparison: Comparison } | null;
  /** Linear CKA between modalities and the judged items, by pair; null without the alignment protocol. */
  readonly cka: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
  /** Share of users' variance that the clusters of a modality explain; null without the alignment protocol. */
  readonly explained: Readonly<Record<string, number>> | null;
  /** Cluster of each item by modality. */
  readonly labels: Readonly<Record<string, Int32Array>>;
  /** Milliseconds by stage. */
  readonly times: StageTimes;
}

/**
 * load, fit or read tables, compare: the whole of `evaluate`, without its printing.
 *
 * @param use Receives the result while the dataset is still open.
 */
export async function evaluateDataset<T>(
  source: DatasetSource,
  settings: EvaluateSettings,
  observer: Observer,
  use: (found: Evaluation) => Promise<T>,
): Promise<T> {
  const { times, measure, add } = stageClock();
  observer.onProgress?.({ stage: "load", done: 0, total: 1 });
  const dataset = await measure("load", () => source.open(observer));
  return await whileOpen(async (onClose) => {
    onClose(() => dataset.close());
    const name = settings.split === "test" ? "test" : "validation";
    const split = splitOf(dataset, name, { overlap: settings.overlap });
    refuseWithoutRows(split.heldOut, source, {
      doing: "judging vectors",
      split: name,
      wanted: " that users have not seen",
      overlap: split.overlap,
      option: "--split-by",
    });
    const given = await readJudgedTables(settings, source.label, dataset, observer);
    const protocols = checkedProtocols(settings.protocols, given);
    const { backend } = await resolveBackend(settings.backend ?? "auto", { candidates });
    onClose(() => backend.dispose());
    throwIfAborted(observer, "judging vectors");
    const seed = settings.seed ?? 999;
    const made = async (features: Readonly<Record<string, FeatureSource>>): Promise<Subjects> => {
      const subjects = await fitSubjects(dataset, features, settings, backend, observer);
      add(subjects.times);
      return subjects;
    };
    const subjects = given === undefined ? await made(dataset.features) : fromTables(given);
    const { columns } = subjects.items;
    const untrained = await measure("evaluate", () =>
      openBaselines(
        dataset.train,
        {
          names: protocols.includes("zero-shot") ? settings.baselines : ["none"],
          features: dataset.features,
          columns,
          easeItems: quickEaseItems,
          memory: machineMemory() / 2,
          backend,
        },
        observer,
      ),
    );
    onClose(() => untrained.dispose());
    const [random, popularity] = baselines(dataset.train, columns, seed);
    const contestants = [random, popularity, ...untrained.contestants, ...subjects.contestants];
    const judged = subjects.contestants.at(-1)!;
    const { k = [10, 20], similarity, maskShare = 0.5 } = settings;
    const run = (
      who: readonly Contestant[],
      which: readonly EvaluateProtocol[],
      more: Pick<CompareOptions, "neighbors" | "listed">,
    ): Promise<Comparison> =>
      compare(who, split, {
        ...observer,
        protocols: which.filter((one): one is Protocol => one !== "mask-modality"),
        k,
        similarity,
        control: settings.control !== "none",
        ...more,
        seed,
        backend,
      });
    const listed = settings.report == null ? undefined : REPORTED_ITEMS;
    const comparison = await measure("evaluate", () => run(contestants, protocols, { listed }));
    const masked = protocols.includes("mask-modality")
      ? await (async () => {
          const again = await made(maskModality(dataset.features, { share: maskShare, seed }));
          const which = protocols.filter((one) => one !== "alignment");
          const neighbors = comparison.neighbors ?? undefined;
          const found = await measure("evaluate", () => run(again.contestants, which, { neighbors }));
          return { share: maskShare, comparison: found };
        })()
      : null;
    const aligned = protocols.includes("alignment");
    const cka = aligned
      ? await measure("evaluate", () => compareContent(dataset, subjects, backend, observer))
      : null;
    const { device, threads = 1 } = backend.capabilities;
    return await use({
      dataset,
      backend: { name: backend.name, device, threads },
      seed,
      options: subjects.options,
      source: given?.source ?? null,
      control: given?.control ?? null,
      data: given?.data ?? "same",
      notes: [...datasetNotes(dataset), ...(given?.notes ?? [])],
      baselines: untrained,
      judged,
      random,
      comparison,
      masked,
      cka,
      explained: aligned ? explained(dataset, subjects) : null,
      labels: subjects.labels,
      times,
    });
  });
}

/** The requested protocols, or all that apply: given tables cannot be recomputed from masked features. */
function checkedProtocols(
  asked: readonly EvaluateProtocol[] | undefined,
  given: JudgedTables | undefined,
): readonly EvaluateProtocol[] {
  if (given === undefined) return asked ?? ["zero-shot", "item-cf", "mask-modality", "alignment"];
  if (asked?.includes("mask-modality") !== true) return asked ?? ["zero-shot", "item-cf", "alignment"];
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: "protocols that judge given tables: zero-shot, item-cf, alignment",
    found: "mask-modality",
    at: "option --protocols",
    hint: "Mask-modality fits anew on masked features; leave out --bundle, --users and --items.",
  });
}
