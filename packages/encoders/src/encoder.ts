import type { EncoderIdentity } from "@wellbegun/core";

/** The kind of content that an encoder takes. */
export type ContentKind = Exclude<EncoderIdentity["modality"], "unified">;

/** One item's content: a text, or the bytes of an image or sound file (JPEG, PNG, WAV, MP3 and so on). */
export type Content = string | Uint8Array;

/** Turns content into vectors. Release it with {@link Encoder.dispose} when done. */
export interface Encoder {
  /** The encoder's name. */
  readonly name: string;
  /** The kind of content: `text` takes strings, `image` and `audio` take the bytes of files. */
  readonly modality: ContentKind;
  /** Width of the vectors. */
  readonly width: number;
  /** What determines the vectors; bundles record it, so that vectors of different encoders are never mixed. */
  readonly identity: EncoderIdentity;
  /**
   * Encodes a batch. Equal batches give equal vectors. Quantized models may give a text a slightly different vector beside other
   * texts, so cut the same content into the same batches where bytes must agree.
   *
   * Content that cannot be decoded does not fail the batch: it is listed in `failures`.
   *
   * @throws {WellbegunError} `invalid-data` if content has the wrong type; `limit` if the model does not run on the batch;
   * `disposed` after {@link dispose}.
   */
  encode(batch: readonly Content[]): Promise<EncodedBatch>;
  /** Releases the model. Calling it twice does nothing. */
  dispose(): Promise<void>;
}

/** The vectors of a batch. */
export interface EncodedBatch {
  /** batch x width, row-major float32. The rows of failures are zeros. */
  readonly vectors: Float32Array;
  /** Content that could not be encoded, by ascending row. */
  readonly failures: readonly EncodeFailure[];
  /** Number of texts or sounds that were longer than the model takes and were cut. */
  readonly truncated: number;
}

/** Why a row of a batch has no vector. */
export interface EncodeFailure {
  /** Index in the batch. */
  readonly row: number;
  /** The reason as a phrase: "not an image: unsupported format". */
  readonly reason: string;
}
