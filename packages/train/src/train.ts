import { type Backend, type Dataset, defaultBackend } from "@wellbegun/core";
import { asRead, expectSameItems, readFeatures, withoutEmptySplits } from "./data.ts";
import { identityOf } from "./identity.ts";
import { Parameters } from "./models/parameters.ts";
import { trainingOperations } from "./operations/host-training.ts";
import { withScope } from "./operations/scope.ts";
import { Adam } from "./optimizer.ts";
import { Sampler } from "./sampler.ts";
import { startValues } from "./start.ts";
import { type ResolvedTrainOptions, resolveTrainOptions, type TrainOptions } from "./train-options.ts";
import type { TrainedModel } from "./trained-model.ts";
import { runEpochs } from "./trainer.ts";

/**
 * Trains a model on a dataset. With validation interactions the vectors of the epoch with the best Recall@k are
 * kept, and training stops when `patience` runs out. Without them, the vectors of the last epoch are returned. A split without
 * interactions counts as absent, and so does a test split in which there is nothing to find: interactions of users who have train
 * interactions, which no list leaves out.
 *
 * One seed gives one result, on every runtime; with checkpoints, also if training was interrupted.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option; `mismatch` for users, items or a start that do not fit;
 * `invalid-data` for data that cannot be trained on, and where a loss or a vector is not finite before a best epoch is known;
 * `format` and `mismatch` for a checkpoint that does not fit; `aborted`.
 */
export async function train(dataset: Dataset, options: TrainOptions): Promise<TrainedModel> {
  const resolved = resolveTrainOptions(options);
  expectSameItems(dataset);
  const data = asRead(withoutEmptySplits(dataset), options.model);
  if (options.backend !== undefined) return await trainOn(options.backend, data, options, resolved);
  // Relaxed SIMD may round differently from one processor to the next.
  const backend = await defaultBackend({ relaxed: false });
  try {
    return await trainOn(backend, data, options, resolved);
  } finally {
    await backend.dispose();
  }
}

async function trainOn(
  backend: Backend,
  data: Dataset,
  options: TrainOptions,
  resolved: ResolvedTrainOptions,
): Promise<TrainedModel> {
  const { dimensions, batchSize, seed } = resolved;
  const sampler = new Sampler(data.train, batchSize, seed);
  const features = options.model.readsFeatures ? await readFeatures(data) : {};
  const operations = trainingOperations(backend);
  return await withScope(backend, async (scope) => {
    const parameters = new Parameters(scope);
    const shared = { backend, operations, parameters, scope, train: data.train, features };
    const model = await options.model.build({ ...shared, dimensions, batchSize, seed });
    const start = startValues(options.start ?? {}, model, data.train, seed);
    for (const [name, values] of start) {
      const { value } = parameters.get(name)!;
      await backend.write(value, 0, value.rows, (into) => into.set(values));
    }
    const identity = identityOf(resolved, backend, data, features, start);
    const adam = await Adam.create(scope, operations, parameters);
    const run = { backend, operations, data, model, adam, sampler, options: resolved, identity };
    return await runEpochs(run, options);
  });
}
