import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { denseFeatures } from "@wellbegun/core";
import { pretrain } from "@wellbegun/train";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { example } from "./support/example.ts";
import { folderHashes, npyBytes, readNpy, sha256 } from "./support/files.ts";

const quick = ["--epochs", "3", "--dim", "4"];

it("pretrain writes a dataset with the vectors of the library, which init takes", async () => {
  const { folder, dataset } = example();
  writeFileSync(join(dataset, "sample.inter"), "userID\titemID\tx_label\n0\t0\t0\n");
  const out = join(folder, "unified");
  const result = await wellbegunJson(["pretrain", dataset, "--out", out, ...quick]);
  expect(result).toMatchObject({ items: 50, missing: 0, modalities: ["image", "text"], space: null });
  expect(result.options).toMatchObject({ dimensions: 4, epochs: 3, seed: 999 });
  const read = (name: string) => {
    const { data, shape } = readNpy(join(dataset, `${name}_feat.npy`));
    return denseFeatures(data, shape[0]!, shape[1]!);
  };
  const features = { image: read("image"), text: read("text") };
  const unified = await (await pretrain(features, { epochs: 3, dimensions: 4 })).transform(features);
  const expected = new Float32Array(50 * 4);
  await unified.read(0, 50, expected);
  expect(readNpy(join(out, "unified_feat.npy"))).toEqual({ shape: [50, 4], data: expected });
  const bundle = join(folder, "bundle");
  await wellbegunJson(["init", out, "--out", bundle, "--clusters", "2"]);
  const { input } = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));
  expect(Object.keys(input.features)).toEqual(["unified"]);
  const space = sha256(readFileSync(join(out, "space.bin")));
  expect(input.features.unified.encoder).toMatchObject({
    modality: "unified",
    files: { "space.bin": space },
  });

  // Vectors of another space do not enter the bundle's.
  const other = join(folder, "other");
  await wellbegunJson(["pretrain", dataset, "--out", other, ...quick, "--seed", "1"]);
  writeFileSync(join(other, "item_ids.txt"), Array.from({ length: 50 }, (_, row) => `new ${row}\n`).join(""));
  const refused = await wellbegun(["place", other, "--bundle", bundle, "--out", join(folder, "more")]);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain("those of pretrain");
});

it("pretrain places new items in the space of an earlier run, and replaces its own output alone", async () => {
  const { folder, dataset } = example();
  const out = join(folder, "unified");
  await wellbegunJson(["pretrain", dataset, "--out", out, ...quick]);
  const before = folderHashes(out);
  // The first three items as new ones, one without any content.
  const more = join(folder, "more");
  mkdirSync(more);
  writeFileSync(join(more, "item_ids.txt"), "a\nb\nc\n");
  for (const name of ["image", "text"]) {
    const { data, shape } = readNpy(join(dataset, `${name}_feat.npy`));
    const rows = (data as Float32Array).slice(0, 3 * shape[1]!);
    rows.fill(0, shape[1]!, 2 * shape[1]!);
    writeFileSync(join(more, `${name}_feat.npy`), npyBytes(rows, [3, shape[1]!]));
  }
  const placed = join(folder, "placed");
  const result = await wellbegunJson(["pretrain", more, "--out", placed, "--space", out]);
  expect(result).toMatchObject({ items: 3, missing: 1, space: out });
  const { data } = readNpy(join(placed, "unified_feat.npy"));
  const all = readNpy(join(out, "unified_feat.npy")).data;
  expect([...data.subarray(0, 4)]).toEqual([...all.subarray(0, 4)]);
  expect([...data.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  expect(readFileSync(join(placed, "item_ids.txt"), "utf8")).toBe("a\nb\nc\n");

  // The same run once more gives the same bytes.
  await wellbegunJson(["pretrain", dataset, "--out", out, ...quick]);
  expect(folderHashes(out)).toEqual(before);
  writeFileSync(join(out, "notes.txt"), "mine");
  const refused = await wellbegun(["pretrain", dataset, "--out", out, ...quick]);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain("notes.txt");
  expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("mine");
});

it("pretrain refuses options without effect and folders without features", async () => {
  const { folder, dataset } = example();
  const out = join(folder, "unified");
  const damaged = join(folder, "damaged");
  mkdirSync(damaged);
  writeFileSync(join(damaged, "space.bin"), "not a space");
  const refusals: [args: string[], message: string][] = [
    [["pretrain", dataset], "--out"],
    [["pretrain", dataset, "--out", out, "--space", folder, "--dim", "4"], "no --dim with --space"],
    [["pretrain", dataset, "--out", out, "--space", folder], "space.bin"],
    [["pretrain", dataset, "--out", out, "--space", damaged], join(damaged, "space.bin")],
    [["pretrain", dataset, "--out", out, "--modalities", "sound"], "sound"],
    [["pretrain", dataset, "--out", out, "--hidden", "1"], "hidden"],
    [["pretrain", dataset, "--out", out, "--dim", "1.5"], "a whole number of columns"],
    [["pretrain", folder, "--out", out], "features of at least one modality"],
    [["pretrain", join(folder, "none"), "--out", out], "a folder"],
    [["pretrain", dataset, "--out", out, "--momentum", "1"], "--momentum"],
  ];
  for (const [args, message] of refusals) {
    const { status, stderr } = await wellbegun(args);
    expect(status, args.join(" ")).not.toBe(0);
    expect(stderr).toContain(message);
  }
});
