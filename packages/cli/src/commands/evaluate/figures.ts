import type { RecordedOptions, StageTimes } from "@wellbegun/core";
import type {
  ContestantResult,
  CutEvaluation,
  CutIntervals,
  ItemCfCut,
  ProtocolResults,
  TableAlignment,
} from "@wellbegun/evaluation";
import type { Evaluation } from "./run.ts";

/** Figures of the ranking protocols, one entry for each cut; null where a protocol was not run. */
export interface ProtocolFigures {
  readonly zeroShot: readonly Omit<CutEvaluation, "perUser">[] | null;
  /** `users` counts items here. */
  readonly itemCf: readonly ItemCfCut[] | null;
}

/** One contestant's figures. */
export interface ContestantFigures extends ProtocolFigures {
  readonly name: string;
  /** The same with the tables' rows permuted; null for rankers without tables, and with `--control none`. */
  readonly control: ProtocolFigures | null;
  readonly alignment: TableAlignment | null;
  /** 95 % intervals of the zero-shot figures over users, one entry for each cut; null without that protocol. */
  readonly intervals: readonly CutIntervals[] | null;
}

/** What `evaluate --json` prints. */
export interface EvaluationFigures {
  readonly dataset: string;
  readonly split: "validation" | "test";
  readonly k: readonly number[];
  /** Users with held-out items, over whom the means run. */
  readonly users: number;
  /** Held-out interactions that were looked for. */
  readonly interactions: number;
  /** Held-out interactions that were left out of all figures, because users have seen them. */
  readonly overlap: number;
  readonly seed: number;
  readonly backend: Evaluation["backend"];
  readonly options: RecordedOptions | null;
  readonly source: Evaluation["source"];
  /** What the judged tables are a control for; null for real ones. */
  readonly control: Evaluation["control"];
  /** The result of comparing the judged tables' data with the dataset. */
  readonly data: Evaluation["data"];
  /** Milliseconds that the untrained baselines took, and why others were left out. */
  readonly baselines: {
    readonly names: readonly string[];
    readonly time: number;
    readonly leftOut: readonly string[];
  };
  readonly contestants: readonly ContestantFigures[];
  readonly maskModality: {
    readonly share: number;
    readonly contestants: readonly ContestantFigures[];
  } | null;
  /** Notes for the user about the dataset and the judged tables. */
  readonly notes: readonly string[];
  readonly cka: Evaluation["cka"];
  readonly explainedByClusters: Evaluation["explained"];
  /** Path of the HTML report; null if none was requested. */
  readonly report: string | null;
  /** Milliseconds by stage. */
  readonly times: StageTimes;
  /** Milliseconds from the first stage to the last. */
  readonly totalTime: number;
  /** Most bytes of memory that the process held at a time. */
  readonly peakMemory: number;
}

/** A contestant's figures without the lists and the users that they were made of. */
export function contestantFigures(result: ContestantResult): ContestantFigures {
  const { name, control, alignment, intervals } = result;
  return {
    name,
    ...protocolFigures(result),
    control: control === null ? null : protocolFigures(control),
    alignment,
    intervals,
  };
}

function protocolFigures({ zeroShot, itemCf }: ProtocolResults): ProtocolFigures {
  return {
    zeroShot: zeroShot?.cuts.map(({ perUser, ...figures }) => figures) ?? null,
    itemCf: itemCf?.cuts ?? null,
  };
}

/** The data form of what was found; the rest is known only at the end. */
export function evaluationFigures(
  dataset: string,
  found: Evaluation,
  end: Pick<EvaluationFigures, "report" | "totalTime" | "peakMemory">,
): EvaluationFigures {
  const { comparison, masked, seed, backend, options, source, control, data, notes } = found;
  const { cka, explained, times } = found;
  const { split, k, users, interactions, overlap, contestants } = comparison;
  return {
    dataset,
    split,
    k,
    users,
    interactions,
    overlap,
    seed,
    backend,
    options,
    source,
    control,
    data,
    baselines: {
      names: found.baselines.contestants.map(({ name }) => name),
      time: found.baselines.time,
      leftOut: found.baselines.leftOut,
    },
    contestants: contestants.map(contestantFigures),
    maskModality:
      masked === null
        ? null
        : { share: masked.share, contestants: masked.comparison.contestants.map(contestantFigures) },
    notes,
    cka,
    explainedByClusters: explained,
    times,
    ...end,
  };
}
