import { generateDataset } from "@wellbegun/synthetic";
import type { Source } from "../protocol.ts";
import type { OpenedDataset } from "./opened.ts";

/** The built-in example: synthetic, with planted tastes, equal for equal sizes and seed. */
export function exampleDataset({ users, items, seed }: Extract<Source, { kind: "example" }>): OpenedDataset {
  const { train, validation, test, features } = generateDataset({ users, items, seed });
  const notes = [
    "The example is synthetic: its users prefer items of planted tastes, which its features show.",
  ];
  return { train, validation, test, features, name: "synthetic example", notes };
}
