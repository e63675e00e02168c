import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { denseFeatures, fit, Initializer, interactionsFromPairs, type Model } from "@wellbegun/core";
import { beforeAll, describe, expect, it } from "vitest";
import { parseManifest } from "../src/bundle/index.ts";
import { compareData, readBundle, writeBundle, writeTables, writeWire } from "../src/node/index.ts";
import { findTarget } from "../src/targets/index.ts";
import { planWire } from "../src/wire/index.ts";
import { expectFailure, snapshot, temporaryFolder } from "./helpers.ts";

const folder = temporaryFolder();
const itemIds = ["jam", "oil", "tea"];
const train = interactionsFromPairs(
  [
    ["ann", "tea"],
    ["ann", "jam"],
    ["bob", "oil"],
    ["cid", "tea"],
  ],
  { itemIds },
);
const features = {
  image: denseFeatures(Float32Array.of(1, 0, 2, 0, 3, 1, 2, 1, 0), 3, 3),
  text: denseFeatures(Float32Array.of(0, 1, 1, 1, 2, 0), 3, 2),
};
let model: Model;
beforeAll(async () => {
  model = await fit({ train, features, name: "shop" }, { clusters: 2, dim: 2, seed: 7 });
});

describe("A model's bundle", () => {
  it("holds every table, the raw IDs, the initializer, and a manifest of the run and its data", async () => {
    const out = join(folder, "whole");
    await writeBundle(out, model);
    const names = ["image", "text"].flatMap((name) => [
      `centroids.${name}`,
      `labels.${name}`,
      `users.${name}`,
    ]);
    const files = [...names, "items", "users"].map((name) => `${name}.npy`);
    const others = ["initializer.bin", "item_ids.txt", "manifest.json", "user_ids.txt"];
    expect(readdirSync(out).sort()).toEqual([...files, ...others].sort());
    const bundle = await readBundle(out);
    const { options, seed, report, backend, packages, input, control } = bundle.manifest;
    expect([seed, options?.dim, options?.clusters]).toEqual([7, 2, { image: 2, text: 2 }]);
    expect(report).toEqual(model.report);
    expect(backend).toEqual(model.backend);
    expect(packages).toEqual({ "@wellbegun/core": "0.0.0", "@wellbegun/adapters": "0.0.0" });
    expect([input?.name, input?.train.interactions, control]).toEqual(["shop", 4, undefined]);
    expect((await compareData(bundle, model.data)).data).toBe("same");
    const again = await fit({ train, features }, { ...options, seed });
    expect(again.users.data).toEqual(model.users.data);
    const initializer = Initializer.fromBytes(readFileSync(join(out, "initializer.bin")));
    expect(initializer.foldIn(["tea"]).vector).toEqual(model.foldIn(["tea"]).vector);
  });

  it("is read as tables that find rows by raw IDs", async () => {
    const out = join(folder, "tables");
    await writeBundle(out, model);
    const bundle = await readBundle(out);
    const [users, items] = [await bundle.users(), await bundle.items()];
    for (const user of ["ann", "bob", "cid"]) expect(users.row(user)).toEqual(model.users.row(user));
    for (const item of itemIds) expect(items.row(item)).toEqual(model.items.row(item));
  });

  it("is the same, byte for byte, when written again", async () => {
    await writeBundle(join(folder, "one"), model);
    await writeBundle(join(folder, "two"), model);
    expect(snapshot(join(folder, "two"))).toEqual(snapshot(join(folder, "one")));
  });

  it("is wired into a target, raw features' widths included", async () => {
    const out = join(folder, "wired");
    await writeBundle(out, model);
    const bundle = await readBundle(out);
    const plan = planWire(bundle, findTarget("pytorch"));
    await writeWire(join(folder, "artifact"), bundle, plan);
    const index = JSON.parse(readFileSync(join(folder, "artifact", "wire.json"), "utf8"));
    expect(index.ids.users).toEqual({ count: 3, file: "user_ids.txt" });
  });

  it("carries a control's mark, and then no initializer", async () => {
    const out = join(folder, "control");
    await writeBundle(out, model, { control: "permuted" });
    const bundle = await readBundle(out);
    expect(bundle.manifest.control).toBe("permuted");
    expect(readdirSync(out)).not.toContain("initializer.bin");
    expect(planWire(bundle, findTarget("pytorch")).control).toBe("permuted");
  });
});

describe("A manifest", () => {
  const text = (content: object): string =>
    JSON.stringify({ format: "wellbegun-bundle", version: 1, files: {}, ...content });

  it("keeps unknown fields", () => {
    const manifest = parseManifest(
      text({ encoder: { model: "clip" }, input: undefined, options: { later: 1 } }),
    );
    expect(manifest).toMatchObject({ encoder: { model: "clip" }, options: { later: 1 } });
  });

  it.each([
    [{ seed: "999" }, "seed"],
    [{ control: "shuffled" }, "control"],
    [{ options: [] }, "options"],
    [{ options: { lambda: 0.5 } }, "options.lambda"],
    [{ options: { modalities: ["image", 3] } }, "options.modalities[1]"],
    [{ backend: { name: "cpu" } }, "device"],
    [{ input: { train: {} } }, "users"],
    [{ input: { train: null, features: {} } }, "input.train"],
    [{ report: { tables: { users: { rows: -1 } } } }, "report.tables.users.rows"],
    [{ packages: { wellbegun: 1 } }, "packages.wellbegun"],
  ])("is refused where a known field has another type: %j", async (content, at) => {
    await expectFailure(() => parseManifest(text(content), "here"), "format", at);
    const tables = [{ name: "users", rows: 1, columns: 1, data: Float32Array.of(1) }];
    const out = join(folder, "refused");
    await expectFailure(
      () => writeTables(out, { tables, manifest: JSON.parse(JSON.stringify(content)) }),
      "format",
      at,
    );
    expect(readdirSync(folder)).not.toContain("refused");
  });
});
