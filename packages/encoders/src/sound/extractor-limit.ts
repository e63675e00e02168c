/** The part of a `preprocessor_config.json` for sound that is used. */
export interface ExtractorConfig {
  readonly feature_extractor_type?: string;
  readonly sampling_rate?: number;
  /** Samples that Whisper's extractor takes. */
  readonly n_samples?: number;
  /** Samples that CLAP's takes. */
  readonly nb_max_samples?: number;
  /** Frames that the one of audio spectrogram transformers takes. */
  readonly max_length?: number;
}

/** Frame and hop of audio spectrogram transformers, in samples. */
const [FRAME, HOP] = [400, 160];

/**
 * Most samples that a feature extractor of transformers.js takes. Longer sounds it cuts without a word, CLAP's (`rand_trunc`) at a place
 * that differs from call to call.
 *
 * @returns infinity for an extractor that takes any number, such as Wav2Vec2's.
 */
export function mostSamples(config: ExtractorConfig): number {
  const { n_samples, nb_max_samples, max_length, feature_extractor_type: type } = config;
  const framed = type === "ASTFeatureExtractor" && max_length !== undefined;
  return n_samples ?? nb_max_samples ?? (framed ? FRAME + HOP * (max_length - 1) : Number.POSITIVE_INFINITY);
}
