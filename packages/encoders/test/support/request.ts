import type { OpenEncoderOptions } from "../../src/node/index.ts";

export type { EncodeFailure } from "../../src/index.ts";

/** What the driver encodes: texts, or files by path. */
export interface OpenEncoderRequest {
  readonly place: string;
  readonly options: OpenEncoderOptions;
  readonly content: readonly (string | { readonly file: string })[];
}
