import { WellbegunError } from "@wellbegun/core";
import type { EncoderSpec } from "./spec.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string" && value !== "";
const flag: Check = (value) => typeof value === "boolean";
const whole: Check = (value) => Number.isInteger(value) && Number(value) > 0;
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const positive: Check = (value) => number(value) && Number(value) > 0;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && words.includes(value);
const listOf =
  (length: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === length && value.every(check);

/** A key of the file: its check, and what the check accepts in words. */
type Keys = Readonly<Record<string, readonly [check: Check, expected: string]>>;

const common: Keys = {
  name: [text, "a text"],
  revision: [text, "a text"],
  model: [text, "a file's name"],
  modality: [oneOf("text", "image", "audio"), "text, image or audio"],
  output: [text, "a text"],
  pooling: [oneOf("mean", "cls"), "mean or cls"],
  normalize: [flag, "true or false"],
};

const byModality: Readonly<Record<EncoderSpec["modality"], Keys>> = {
  text: {
    tokenizer: [text, "a file's name"],
    maxTokens: [whole, "a whole number above 0"],
    prefix: [(value) => typeof value === "string", "a text"],
  },
  image: {
    size: [listOf(2, whole), "height and width in pixels"],
    shortSide: [whole, "a whole number above 0"],
    filter: [oneOf("linear", "cubic", "lanczos3"), "linear, cubic or lanczos3"],
    rescale: [positive, "a number above 0"],
    mean: [listOf(3, number), "three numbers"],
    deviation: [listOf(3, positive), "three numbers above 0"],
    layout: [oneOf("nchw", "nhwc"), "nchw or nhwc"],
    channels: [oneOf("rgb", "bgr"), "rgb or bgr"],
  },
  audio: {
    sampleRate: [whole, "a whole number above 0"],
    maxSeconds: [positive, "a number above 0"],
    input: [oneOf("waveform", "extractor"), "waveform or extractor"],
  },
};

const required: Readonly<Record<EncoderSpec["modality"], readonly string[]>> = {
  text: [],
  image: ["size"],
  audio: ["sampleRate"],
};

/**
 * Checks a declaration of an encoder, such as the parsed content of `encoder.json`.
 *
 * @param label What to call it in errors, such as its path.
 * @throws {WellbegunError} `format` naming the first key that is unknown, missing or has another type.
 */
export function parseSpec(value: unknown, label: string): EncoderSpec {
  const refuse = (expected: string, found: unknown, key?: string): never => {
    throw new WellbegunError("format", {
      doing: "reading an encoder's declaration",
      expected,
      found: JSON.stringify(found) ?? "nothing",
      at: key === undefined ? label : `${label}, key ${key}`,
    });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("an object", value);
  const found = value as Readonly<Record<string, unknown>>;
  const modality = found.modality;
  if (modality !== "text" && modality !== "image" && modality !== "audio")
    return refuse("text, image or audio", modality, "modality");
  const keys: Keys = { ...common, ...byModality[modality] };
  for (const [key, own] of Object.entries(found)) {
    if (!Object.hasOwn(keys, key)) refuse(`one of the keys ${Object.keys(keys).join(", ")}`, key);
    const [check, expected] = keys[key]!;
    if (!check(own)) refuse(expected, own, key);
  }
  for (const key of ["name", ...required[modality]])
    if (found[key] === undefined) refuse(keys[key]![1], undefined, key);
  return value as EncoderSpec;
}
