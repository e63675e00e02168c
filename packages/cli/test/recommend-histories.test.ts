import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpu, createTable, type FoldInOptions, type FoldingModel, IdIndex } from "@wellbegun/core";
import { expect, it } from "vitest";
import { recommendForHistories } from "../src/commands/recommend/histories.ts";
import { type History, readHistories } from "../src/commands/recommend/read-histories.ts";
import { temporaryFolder } from "./support/files.ts";

/** Reads a file of these lines. */
function read(lines: readonly string[], itemIds?: IdIndex): Promise<History[]> {
  const path = join(temporaryFolder(), "new.jsonl");
  writeFileSync(path, lines.join("\n"));
  return readHistories(path, itemIds);
}

it("A line of histories may have weights, negatives, their weights and their factor", async () => {
  const full = {
    user: "ann",
    items: [3, 7],
    weights: [1, 2.5],
    negatives: [4],
    negativeWeights: [0.5],
    negativeFactor: 0,
  };
  expect(await read([JSON.stringify(full), "", '{"user": 2, "items": [1]}'])).toEqual([
    full,
    { user: 2, items: [1] },
  ]);
});

it("Items given as numbers become text where the dataset's IDs are text", async () => {
  const ids = new IdIndex(["1", "tea"]);
  expect(await read(['{"user": 1, "items": [1, "tea"], "negatives": [2]}'], ids)).toEqual([
    { user: 1, items: ["1", "tea"], negatives: ["2"] },
  ]);
});

const good = '{"user": "ann", "items": [1]}';
it.each([
  ["a misspelled key", '{"user": 1, "items": [1], "negative": [2]}', /"negative"/, /negatives\?/],
  ["text for an item", '{"user": 1, "items": ["1"]}', /IDs of this dataset's items are numbers/, /text "1"/],
  ["text for a negative", '{"user": 1, "items": [1], "negatives": ["2"]}', /are numbers/, /text "2"/],
  ["too few weights", '{"user": 1, "items": [1, 2], "weights": [1]}', /2 numbers above 0/, /"weights"/],
  ["weights without negatives", '{"user": 1, "items": [1], "negativeWeights": [1]}', /negatives/, /\[1\]/],
  ["a factor below 0", '{"user": 1, "items": [1], "negativeFactor": -1}', /from 0/, /-1/],
  ["no items", '{"user": 1}', /a list of item IDs/, /"items"/],
  ["a list", "[1]", /a JSON object/, /\[1\]/],
  ["no JSON", "user 1", /a JSON object/, /user 1/],
])("%s is refused with the file and the line", async (_, line, ...messages) => {
  const failed = read([good, line]);
  await expect(failed).rejects.toMatchObject({ code: "format" });
  for (const message of [/new\.jsonl, line 2/, ...messages]) await expect(failed).rejects.toThrow(message);
});

it("A user who stands in two lines is refused with the file and both lines", async () => {
  const failed = read([good, "", '{"user": 2, "items": [1]}', '{"user": "ann", "items": [3]}']);
  await expect(failed).rejects.toThrow(/user "ann" twice/);
  await expect(failed).rejects.toThrow(/new\.jsonl, lines 1 and 4/);
});

it("All keys of a line reach foldIn, and a zero vector gives no list but a reason", async () => {
  const given: FoldInOptions[] = [];
  const items = createTable(Float32Array.of(1, 2, 3), 3, 1);
  const model: FoldingModel = {
    users: createTable(Float32Array.of(1), 1, 1),
    items,
    foldIn: ([first], options = {}) => {
      given.push(options);
      return { vector: Float32Array.of(first === 0 ? 0 : 1), used: 1, unknown: [] };
    },
    transform: () => items,
  };
  const how = { weights: [2], negatives: [2], negativeWeights: [3], negativeFactor: 0.5 };
  const lists = await recommendForHistories(
    [
      { user: "zero", items: [0] },
      { user: "ann", items: [1], ...how },
    ],
    model,
    3,
    cpu(),
  );
  expect(lists).toEqual([
    { user: "zero", items: [], scores: [], reason: "the vector of the items is zero", unknown: [] },
    { user: "ann", items: [0], scores: [1], reason: null, unknown: [] },
  ]);
  expect(given).toEqual([{ unknownItems: "skip" }, { ...how, unknownItems: "skip" }]);
});
