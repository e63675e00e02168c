import type { EpochRecord, TrainingProgress } from "@wellbegun/train";
import { duration, quantity } from "../../shared/format.ts";
import type { Output } from "../../shared/output.ts";
import type { Progress } from "../../shared/progress.ts";
import type { TrainSettings } from "./options.ts";
import type { TrainObserver } from "./run.ts";

/** Shows the progress of training: a bar by batch on a terminal, and a line for each epoch. */
export function followTraining(
  { io, mode }: Output,
  progress: Progress,
  { seed: first = 999, seeds = 1, k = 20 }: Pick<TrainSettings, "seed" | "seeds" | "k">,
): Pick<TrainObserver, "onBatch" | "onEpoch"> {
  // Epochs of this process alone: those of a resumed checkpoint took their time elsewhere.
  let epochs = 0;
  let milliseconds = 0;
  /** For the rest of this seed's epochs, and all of those of the seeds after it. */
  const timeLeft = (seed: number, rest: number, total: number): string => {
    const all = rest + (first + seeds - 1 - seed) * total;
    return epochs === 0 || all <= 0 ? "" : `, at most ${duration((milliseconds / epochs) * all)} left`;
  };
  const prefix = (seed: number): string => (seeds === 1 ? "" : `seed ${seed}  `);
  return {
    onBatch: (seed, { epoch, epochs: total, batch, batches, loss }: TrainingProgress) => {
      // Where there is no terminal, the lines of the epochs are enough.
      if (io.stderr.isTTY !== true) return;
      const note = `loss ${quantity(loss)}${timeLeft(seed, total - epoch + 1 - batch / batches, total)}`;
      const stage = `${prefix(seed)}epoch ${epoch}`;
      progress.report({ stage, done: batch, total: batches, note });
    },
    onEpoch: (seed, record, total) => {
      epochs++;
      milliseconds += record.trainMs + (record.evaluateMs ?? 0);
      if (mode !== "text") return;
      progress.clear();
      io.stderr.write(
        `${prefix(seed)}${epochLine(record, total, k)}${timeLeft(seed, total - record.epoch, total)}\n`,
      );
    },
  };
}

/** One epoch: its loss with the terms, validation recall, and how long it took. */
function epochLine(record: EpochRecord, total: number, k: number): string {
  const { epoch, loss, terms, validation, trainMs, evaluateMs = 0 } = record;
  const parts = Object.entries(terms).map(([name, value]) => `${name} ${quantity(value)}`);
  const found = validation === undefined ? "" : `  validation recall@${k} ${validation.recall.toFixed(4)}`;
  return `epoch ${epoch}/${total}  loss ${quantity(loss)} (${parts.join(", ")})${found}  ${duration(trainMs + evaluateMs)}`;
}
