import { generateDataset } from "@wellbegun/synthetic";
import type { Source } from "../protocol.ts";
import type { OpenedDataset } from "./opened.ts";

/** The built-in example: synthetic, with planted tastes, equal for equal sizes and seed. */
export function exampleDataset({ users, items, seed }: Extract<Source, { kind: "example" }>): OpenedDataset {
  const { train, validation, test, features, tastes } = generateDataset({ users, items, seed });
  const notes = [
    "The example is synthetic: its users prefer items of planted tastes, which its features show.",
  ];
  // So that one sees at a glance whether a list hangs together.
  const itemTexts = new Map(Array.from(tastes, (taste, item) => [String(item), nameOfTaste(taste)] as const));
  return { train, validation, test, features, name: "synthetic example", notes, itemTexts };
}

const kinds = ["tea", "jam", "oil", "rye", "salt", "soap", "yarn", "lamp", "clay", "kite", "drum", "rope"];

/** A word for the items of a taste; a second round of words is numbered. */
function nameOfTaste(taste: number): string {
  const round = Math.floor(taste / kinds.length);
  return `${kinds[taste % kinds.length]}${round === 0 ? "" : ` ${round + 1}`}`;
}
