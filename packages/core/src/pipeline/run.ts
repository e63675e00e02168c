import type { Backend } from "../backend/backend.ts";
import { checkedWidths, type FitInput } from "../data/dataset.ts";
import { itemDegrees } from "../data/interactions.ts";
import type { FitIntoOptions } from "../fit-options.ts";
import type { ResolvedOptions } from "../options.ts";
import { checkpoint, type Observer, type Stage } from "../progress.ts";
import { resolveOptions } from "../resolve-options.ts";
import { type Combination, planCombination } from "../stages/combine.ts";
import { type MemoryPlan, memoryDemand, planMemory } from "./memory.ts";

/** What all stages of one fit share. It does not change from stage to stage. */
export interface Run {
  readonly backend: Backend;
  readonly input: FitInput;
  readonly options: ResolvedOptions;
  /** Whether the number of clusters of a modality was asked for; otherwise it may be lowered. */
  readonly clustersGiven: (modality: string) => boolean;
  readonly combination: Combination;
  readonly memory: MemoryPlan;
  readonly observer: Observer;
  /** Degree of each item in the train interactions (users, or their weights). */
  readonly itemDegrees: Float64Array;
  /** Whether a table of users is made for each modality as well. */
  readonly perModality: boolean;
  /** Whether an initializer is made, which folds in further users. */
  readonly foldsIn: boolean;
  /** Makes the run dispose of something when it ends. */
  keep<T extends Disposable>(resource: T): T;
  /** Disposes of all that was kept, the latest first. */
  dispose(): void;
}

/** Something that holds memory of the backend. */
export interface Disposable {
  dispose(): void;
}

/**
 * Checks the input and the options, and plans the run.
 *
 * @throws {WellbegunError} `invalid-option`, `invalid-data` or `mismatch` naming the option or the place.
 */
export function openRun(backend: Backend, input: FitInput, given: FitIntoOptions): Run {
  const widths = checkedWidths(input);
  const options = resolveOptions(given, widths);
  const combination = planCombination(options, widths);
  const demand = memoryDemand(input, options, combination.width);
  const kept: Disposable[] = [];
  return {
    backend,
    input,
    options,
    clustersGiven: (modality) =>
      typeof given.clusters === "object"
        ? given.clusters[modality] !== undefined
        : given.clusters !== undefined,
    combination,
    memory: planMemory(demand, backend.capabilities, given.memory),
    observer: given,
    itemDegrees: itemDegrees(input.train),
    perModality: given.perModality ?? true,
    foldsIn: given.initializer !== false,
    keep: (resource) => {
      kept.push(resource);
      return resource;
    },
    dispose: () => {
      for (const resource of kept.splice(0).reverse()) resource.dispose();
    },
  };
}

/** Reports the begin of a stage, and stops the run if its signal was aborted. */
export async function beginStage(
  { observer }: Run,
  stage: Stage,
  modality: string,
  done: number,
  total: number,
): Promise<void> {
  await checkpoint(observer, `${stage} ${modality}`);
  observer.onProgress?.({ stage, modality, done, total });
}
