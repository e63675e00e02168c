import type { Backend } from "../backend/backend.ts";
import { checkedWidths, type FitInput } from "../data/dataset.ts";
import {
  type AnyInteractions,
  type InteractionSource,
  interactionSource,
} from "../data/interaction-source.ts";
import type { FitIntoOptions } from "../options/fit-options.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import { resolveOptions } from "../options/resolve-options.ts";
import { checkpoint, type Observer, type Stage } from "../progress.ts";
import { type Combination, planCombination } from "../stages/combine.ts";
import { expectSampleFits, type MemoryPlan, memoryDemand, planMemory } from "./memory.ts";

/** The data that all stages of one fit share. They do not change from stage to stage. */
export interface Run {
  readonly backend: Backend;
  readonly input: FitInput<AnyInteractions>;
  /** The train interactions of the input, in blocks. */
  readonly train: InteractionSource;
  readonly options: ResolvedOptions;
  /** Whether the caller set the number of clusters of a modality; otherwise it may be lowered. */
  readonly clustersGiven: (modality: string) => boolean;
  readonly combination: Combination;
  readonly memory: MemoryPlan;
  readonly observer: Observer;
  /** Whether a table of users is made for each modality as well. */
  readonly perModality: boolean;
  /** Whether an initializer is made, which folds in further users. */
  readonly foldsIn: boolean;
  /** Registers a resource that the run disposes of when it ends. */
  keep<T extends Disposable>(resource: T): T;
  /** Disposes of all registered resources, the latest first. */
  dispose(): void;
}

/** A resource that holds memory of the backend. */
export interface Disposable {
  dispose(): void;
}

/**
 * Checks the input and the options, and plans the run.
 *
 * @throws {WellbegunError} `invalid-option`, `invalid-data` or `mismatch` naming the option or the place.
 */
export function openRun(backend: Backend, input: FitInput<AnyInteractions>, given: FitIntoOptions): Run {
  const widths = checkedWidths(input);
  const options = resolveOptions(given, widths);
  const combination = planCombination(options, widths);
  const train = interactionSource(input.train);
  const bounded = given.memory !== undefined;
  const demand = memoryDemand({ train, features: input.features }, options, combination.width, bounded);
  expectSampleFits(options, train.itemCount, demand.featureWidths, given.memory);
  const kept: Disposable[] = [];
  return {
    backend,
    input,
    train,
    options,
    clustersGiven: (modality) =>
      typeof given.clusters === "object"
        ? Object.hasOwn(given.clusters, modality) && given.clusters[modality] !== undefined
        : given.clusters !== undefined,
    combination,
    memory: planMemory(demand, backend.capabilities, given.memory),
    observer: given,
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

/** Reports the start of a stage, and throws `aborted` if the run's signal was aborted. */
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
