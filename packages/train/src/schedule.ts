import { power } from "@wellbegun/core/support";

/** How the learning rate changes from epoch to epoch. */
export interface Schedule {
  /** The learning rate at the start. */
  readonly learningRate: number;
  /** The rate is multiplied by this once in `decayEpochs` epochs, smoothly; 1 keeps the rate constant. */
  readonly decay: number;
  readonly decayEpochs: number;
  /** In this many first epochs the rate rises in equal steps up to `learningRate`; 0 for none. */
  readonly warmUpEpochs: number;
}

/** The learning rate of an epoch, counted from 0: learningRate decay^(epoch / decayEpochs). */
export function rateOf(schedule: Schedule, epoch: number): number {
  const { learningRate, decay, decayEpochs, warmUpEpochs } = schedule;
  if (epoch < warmUpEpochs) return (learningRate * (epoch + 1)) / warmUpEpochs;
  return decay === 1 ? learningRate : learningRate * power(decay, epoch / decayEpochs);
}
