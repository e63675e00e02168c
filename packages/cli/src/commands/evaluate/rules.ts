import type { IneffectiveRule } from "../../shared/options/ineffective.ts";
import { type MethodSettings, methodSettings } from "../../shared/options/method.ts";
import { methodRules } from "../../shared/options/method-rules.ts";
import type { EvaluateProtocol, EvaluateSettings } from "./options.ts";

/** Whether given vectors are judged, and none made. */
export const isGiven = ({ bundle, users, items }: EvaluateSettings): boolean =>
  [bundle, users, items].some((path) => path !== undefined);

/** Whether the requested protocols include none of `some`. */
const lacks =
  (...some: readonly EvaluateProtocol[]) =>
  ({ protocols }: EvaluateSettings): boolean =>
    protocols !== undefined && !protocols.some((one) => some.includes(one));

/** Of the method's options, those that reach further than the vectors: into controls, and into what features are read. */
const furtherReaching: readonly string[] = ["seed", "modalities", "zeroRows"];

const methodOptions = Object.keys(methodSettings) as (keyof MethodSettings)[];

/** Options of `evaluate` that have no effect in combination with others. */
export const evaluateRules: readonly IneffectiveRule<EvaluateSettings>[] = [
  ...methodOptions
    .filter((option) => !furtherReaching.includes(option))
    .map((option) => ({
      option,
      when: isGiven,
      because: "with --bundle, or --users and --items, whose vectors are judged as they are",
    })),
  {
    option: "otherData",
    when: (settings) => !isGiven(settings) && settings.centroids === undefined,
    because: "without --bundle, --users and --items, or --centroids",
  },
  ...(["modalities", "zeroRows"] as const).map((option) => ({
    option,
    when: (settings: EvaluateSettings) => isGiven(settings) && lacks("alignment")(settings),
    because: "where given vectors are judged without the protocol alignment, and no feature is looked at",
  })),
  {
    option: "splitBy",
    when: ({ interactions }) => interactions === undefined,
    because: "without --interactions, where a column of the .inter table says how rows are split",
  },
  {
    option: "userCount",
    when: ({ interactions }) => interactions !== undefined,
    because: "with --interactions, whose users are those that the files name",
  },
  { option: "maskShare", when: lacks("mask-modality"), because: "without the protocol mask-modality" },
  {
    option: "maskShare",
    when: isGiven,
    because: "with given vectors, which cannot be made again from masked features",
  },
  { option: "similarity", when: lacks("zero-shot"), because: "without the protocol zero-shot" },
  { option: "baselines", when: lacks("zero-shot"), because: "without the protocol zero-shot" },
  {
    option: "k",
    when: lacks("zero-shot", "item-cf"),
    because: "without the protocols zero-shot and item-cf",
  },
  {
    option: "control",
    when: lacks("zero-shot", "item-cf"),
    because: "without the protocols zero-shot and item-cf",
  },
  {
    option: "protocols",
    when: (settings) =>
      settings.protocols?.includes("mask-modality") === true && lacks("zero-shot", "item-cf")(settings),
    because: "with mask-modality but neither zero-shot nor item-cf, which it would run again",
  },
  ...methodRules,
];
