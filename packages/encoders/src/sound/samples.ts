/**
 * Decodes a sound file to one channel at a sample rate, values from -1 to 1. Throws for what is no sound; the error's message becomes
 * the reason of the missing row.
 */
export type DecodeSound = (file: Uint8Array, sampleRate: number) => Promise<Float32Array>;

/** Makes a model's input of samples, as the extractor of `preprocessor_config.json` does. */
export type ExtractFeatures = (
  samples: Float32Array,
) => Promise<{ readonly data: Float32Array; readonly dims: readonly number[] }>;

/** The mean of the channels. */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels;
  if (first === undefined) throw new Error("no channels");
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
