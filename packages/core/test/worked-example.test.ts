import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { denseFeatures, type FitOptions, fit, interactionsFromPairs, type Table } from "../src/index.ts";

const page = readFileSync(new URL("../../../docs/worked-example.md", import.meta.url), "utf8");

/** The rows of the first table below a heading of the page, as text. */
function textRows(heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  const lines = section?.split("\n").filter((line) => line.startsWith("|")) ?? [];
  expect(lines.length, `rows below the heading ${heading}`).toBeGreaterThan(2);
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The same rows as vectors by name. */
function vectors(heading: string): [name: string, vector: number[]][] {
  return textRows(heading).map(([name, ...cells]) => [name!, cells.map(Number)]);
}

/** Expects vectors to be those of the page, which has four digits of them. */
function expectPage(heading: string, vectorOf: (name: string) => ArrayLike<number>): void {
  for (const [name, expected] of vectors(heading)) {
    const found = vectorOf(name);
    expect(found.length).toBe(expected.length);
    for (const [c, value] of expected.entries()) {
      expect(Math.abs(found[c]! - value), `column ${c} of ${name}`).toBeLessThanOrEqual(0.5001e-4);
    }
  }
}

const items = vectors("Features");
const pairs = textRows("Interactions").flatMap(([user, touched]) =>
  touched!.split(" ").map((item): [string, string] => [user!, item]),
);
const train = interactionsFromPairs(pairs, { itemIds: items.map(([name]) => name) });
const image = denseFeatures(Float32Array.from(items.flatMap(([, row]) => row)), items.length, 2);
const options: FitOptions = { clusters: 2, lambda: 0.5, dim: 2 };
const fitWith = (other: FitOptions) => fit({ train, features: { image } }, { ...options, ...other });
const rowOf =
  (table: Table) =>
  (name: string): Float32Array =>
    table.row(name);

describe("The page of the worked example computes what fit computes:", () => {
  it("the degrees of the users", () => {
    for (const [user, touched, degree] of textRows("Interactions")) {
      expect(touched!.split(" ").length, user).toBe(Number(degree));
    }
  });

  it("the prepared items, their clusters and principal axes", async () => {
    const { items, clusters, report } = await fitWith({ scale: "none" });
    expectPage("Prepare", rowOf(items));
    const { centroids, labels } = clusters.image!;
    expectPage("Cluster", (name) => centroids.row(labels[train.itemIds!.rowOf(name)!]!));
    expect(report.clusters.image!.inertia).toBeCloseTo(1.44, 6);
    const narrow = await fitWith({ dim: 1 });
    expect(narrow.report.explained.image).toBeCloseTo(0.64, 6);
  });

  it("the local and the global term, and the fused vectors", async () => {
    expectPage("Local term", rowOf((await fitWith({ scale: "none", lambda: 1 })).users));
    expectPage("Global term", rowOf((await fitWith({ scale: "none", lambda: 0 })).users));
    expectPage("Fuse", rowOf((await fitWith({ scale: "none" })).users));
  });

  it("the scaled tables, and the vector of a user who is folded in", async () => {
    const model = await fitWith({});
    const users = new Set(pairs.map(([user]) => user));
    expectPage("Scale", (name) => (users.has(name) ? model.users : model.items).row(name));
    expect(model.report.tables.users!.factor).toBeCloseTo(1.2056, 4);
    expectPage("Fold in", () => model.foldIn(["oil", "rye"]).vector);
  });
});
