/** The table of the models' options in docs/train.md names every option with its default. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type ModelName, models } from "../src/index.ts";

const page = readFileSync(new URL("../../../docs/train.md", import.meta.url), "utf8");
const section = page.split(/^## /m).find((text) => text.startsWith("The options of the models\n")) ?? "";
const [head = [], , ...rows] = section
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

it.each(Object.keys(models) as ModelName[])(
  "docs/train.md has the options of %s with their defaults",
  (name) => {
    const column = head.findIndex((title) => title.toLowerCase() === name);
    const found = Object.fromEntries(
      rows.map((row) => [row[0]?.replaceAll("`", ""), row[column]]).filter(([, value]) => value !== ""),
    );
    // An option without a default has a number for each modality, all equal.
    const expected = Object.entries(models[name]().options).map(([option, value]) => [
      option,
      `${value ?? "equal"}`,
    ]);
    expect(found).toEqual(Object.fromEntries(expected));
  },
);
