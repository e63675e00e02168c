import { declaredSeconds } from "./declared-length.ts";

/**
 * Decodes a sound file to one channel at a sample rate, values from -1 to 1. Throws for what is no sound; the error's message becomes
 * the reason of the missing row.
 */
export type DecodeSound = (file: Uint8Array, sampleRate: number) => Promise<Float32Array>;

/** Makes a model's input of samples, as the extractor of `preprocessor_config.json` does. */
export interface ExtractFeatures {
  (samples: Float32Array): Promise<{ readonly data: Float32Array; readonly dims: readonly number[] }>;
  /** Most samples that it takes; longer sounds are cut to their beginning before. Default: any number. */
  readonly mostSamples?: number | undefined;
}

/** The part of a sound that a model takes. */
export interface HeardSound {
  readonly samples: Float32Array;
  /** Whether the sound was longer, and was cut. */
  readonly truncated: boolean;
}

/**
 * Decodes a sound and keeps its first `limit` samples. Throws, besides what the decoder throws, if the file ends before these although
 * its header declares more: a vector of the rest would pass for one of the whole.
 */
export async function hearSound(
  decode: DecodeSound,
  file: Uint8Array,
  sampleRate: number,
  limit: number,
): Promise<HeardSound> {
  const all = await decode(file, sampleRate);
  const [found, declared] = [all.length / sampleRate, declaredSeconds(file) ?? 0];
  if (all.length < limit && found + ROUNDING < 0.99 * Math.min(declared, limit / sampleRate))
    throw new Error(
      `it ends after ${found.toFixed(2)} s, where its header declares ${declared.toFixed(2)} s`,
    );
  return { samples: all.subarray(0, limit), truncated: all.length > limit };
}

/** Seconds that may be missing, besides a hundredth: headers are rounded, and some count themselves. */
const ROUNDING = 0.02;

/** The mean of the channels. Throws if there are no samples. */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels;
  if (first === undefined || first.length === 0) throw new Error("no samples");
  if (others.length === 0) return first;
  return first.map((value, i) => others.reduce((sum, other) => sum + other[i]!, value) / channels.length);
}

/**
 * The reason of a sound that a model does not take: it is shorter than the second that the model took when it was opened. Of a longer
 * sound the error is not the sound's fault, and is thrown again.
 */
export function tooShort(samples: number, sampleRate: number, error: unknown): string {
  if (samples >= sampleRate) throw error;
  return `too short for the model: ${(samples / sampleRate).toFixed(3)} s`;
}
