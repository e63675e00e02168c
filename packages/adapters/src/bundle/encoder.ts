import { type Check, complete, count, nullable, oneOf, partial, recordOf, sha256, text } from "./schema.ts";

/** Checks the identity of an encoder in a manifest. */
export const checkEncoder: Check = complete({
  name: text,
  revision: nullable(text),
  modality: oneOf("text", "image", "audio", "unified"),
  width: count,
  preprocessing: partial({}),
  files: recordOf(sha256),
  runtime: text,
});
