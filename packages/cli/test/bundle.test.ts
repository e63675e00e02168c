import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Initializer } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import {
  folderHashes,
  interText,
  npyBytes,
  readNpy,
  sha256,
  smallDataset,
  temporaryFolder,
  wave,
  writeDataset,
} from "./support/files.ts";

describe("The bundle", () => {
  it("is the same, byte for byte, when made twice and from shuffled and repeated rows", async () => {
    const folder = temporaryFolder();
    const data = smallDataset();
    const one = writeDataset(folder, "one", data);
    const rows = data.rows.toSorted(
      (a, b) => Number(a[1]) * 7 - Number(b[1]) * 7 || Number(b[0]) - Number(a[0]),
    );
    const two = writeDataset(folder, "two", { ...data, rows: [...rows, rows[0]!, rows[9]!] });
    expect(readFileSync(join(one, "data.inter"))).not.toEqual(readFileSync(join(two, "data.inter")));
    const args = ["--clusters", "2", "--lambda", "0.5", "--format", "npy,safetensors", "--quiet"];
    for (const [dataset, out] of [
      [one, "a"],
      [one, "b"],
      [two, "c"],
    ] as const) {
      expect(await wellbegun(["init", dataset, "--out", join(folder, out), ...args])).toMatchObject({
        status: 0,
      });
    }
    const first = folderHashes(join(folder, "a"));
    expect(folderHashes(join(folder, "b"))).toEqual(first);
    expect(folderHashes(join(folder, "c"))).toEqual(first);
  });

  it("holds every table and file that the manifest lists, and a manifest from which the run can be repeated", async () => {
    const folder = temporaryFolder();
    const data = smallDataset();
    const dataset = writeDataset(folder, "data", data);
    const out = join(folder, "out");
    const result = await wellbegunJson([
      "init",
      dataset,
      "--out",
      out,
      "--clusters",
      "audio=2,image=3",
      "--seed",
      "5",
    ]);
    const text = readFileSync(join(out, "manifest.json"), "utf8");
    const manifest = JSON.parse(text);
    const hashes = folderHashes(out);
    const names = ["centroids", "labels", "users"].flatMap((kind) => [
      `${kind}.audio.npy`,
      `${kind}.image.npy`,
    ]);
    expect(Object.keys(hashes)).toEqual(
      [...names, "initializer.bin", "items.npy", "manifest.json", "users.npy"].sort(),
    );
    expect(Object.keys(result.files).sort()).toEqual(Object.keys(hashes).sort());
    for (const [name, { sha256: listed }] of Object.entries<{ sha256: string }>(manifest.files)) {
      expect(listed).toBe(hashes[name]);
    }
    expect(readNpy(join(out, "centroids.image.npy")).shape).toEqual([3, 5]);
    expect(readNpy(join(out, "labels.audio.npy")).data).toBeInstanceOf(Int32Array);
    expect(manifest.seed).toBe(5);
    for (const [table, shape] of Object.entries({ users: [8, 8], items: [6, 8], "users.audio": [8, 8] })) {
      expect(manifest.files[`${table}.npy`].shape).toEqual(shape);
    }
    expect(Object.keys(manifest.packages)).toEqual(["@wellbegun/adapters", "@wellbegun/core", "wellbegun"]);
    expect(text).not.toContain(folder);

    // The train rows in compressed-row form, written out by hand; features as the file holds them behind its header.
    const train = [...Array(8).keys()].map((user) =>
      data.rows.filter(([u, , label]) => u === user && label === 0).map(([, item]) => Number(item)),
    );
    const offsets = [0];
    for (const { length } of train) offsets.push(offsets.at(-1)! + length);
    const numbers = [...offsets, ...train.flatMap((items) => items.sort((a, b) => a - b))];
    const bytes = Buffer.alloc(4 * numbers.length);
    for (const [i, value] of numbers.entries()) bytes.writeUInt32LE(value, 4 * i);
    expect(manifest.input.name).toBe("data");
    expect(manifest.input.train).toEqual({
      users: 8,
      items: 6,
      interactions: 24,
      sha256: sha256(bytes),
      userIds: null,
      itemIds: null,
    });
    for (const modality of ["audio", "image"]) {
      const { columns } = data.features[modality]!;
      const file = readFileSync(join(dataset, `${modality}_feat.npy`));
      expect(manifest.input.features[modality]).toEqual({
        shape: [6, columns],
        sha256: sha256(file.subarray(file.length - 4 * 6 * columns)),
      });
    }

    // What the manifest says makes the same bundle again, from the same data.
    const again = join(folder, "again");
    const { clusters, seed } = { clusters: { audio: 2, image: 3 }, seed: manifest.seed };
    const flags = ["--clusters", `audio=${clusters.audio},image=${clusters.image}`, "--seed", `${seed}`];
    await wellbegunJson(["init", dataset, "--out", again, ...flags]);
    expect(folderHashes(again)).toEqual(hashes);
  });

  it("holds an initializer that folds a user in at the table's row", async () => {
    const folder = temporaryFolder();
    const data = smallDataset();
    const out = join(folder, "out");
    await wellbegunJson([
      "init",
      writeDataset(folder, "data", data),
      "--out",
      out,
      "--clusters",
      "2",
      "--lambda",
      "0.3",
    ]);
    const initializer = Initializer.fromBytes(readFileSync(join(out, "initializer.bin")));
    const { shape, data: users } = readNpy(join(out, "users.npy"));
    for (let user = 0; user < 8; user++) {
      const history = data.rows
        .filter(([u, , label]) => u === user && label === 0)
        .map(([, item]) => Number(item));
      const { vector } = initializer.foldIn(history);
      for (const [c, value] of vector.entries()) expect(value).toBeCloseTo(users[user * shape[1]! + c]!, 5);
    }
  });

  it("leaves out the tables per modality if told to, and writes safetensors with the same values", async () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    const args = ["init", dataset, "--clusters", "2", "--no-per-modality"];
    await wellbegunJson([...args, "--out", join(folder, "npy")]);
    await wellbegunJson([...args, "--out", join(folder, "both"), "--format", "npy,safetensors"]);
    await wellbegunJson([...args, "--out", join(folder, "one"), "--format", "safetensors"]);
    expect(readdirSync(join(folder, "npy")).filter((name) => name.startsWith("users"))).toEqual([
      "users.npy",
    ]);
    expect(readdirSync(join(folder, "one")).filter((name) => name.endsWith(".npy"))).toEqual([]);
    const bytes = readFileSync(join(folder, "both", "tables.safetensors"));
    expect(bytes).toEqual(readFileSync(join(folder, "one", "tables.safetensors")));
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString("utf8", 8, start));
    for (const name of ["users", "items", "centroids.image"]) {
      const { shape, data } = readNpy(join(folder, "npy", `${name}.npy`));
      expect(header[name].shape).toEqual(shape);
      const [from, to] = header[name].data_offsets;
      expect(bytes.subarray(start + from, start + to)).toEqual(Buffer.from(data.buffer));
    }
  });

  it("is the same up to rounding when memory is bounded and tables pass through files", async () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 900 }, (_, i) => [i % 300, (i * i + (i % 7)) % 90, 0] as const);
    const features = { audio: wave(90, 12, 1), image: wave(90, 20, 2) };
    const dataset = writeDataset(folder, "data", { rows, features });
    await wellbegunJson(["init", dataset, "--out", join(folder, "free")]);
    await wellbegunJson(["init", dataset, "--out", join(folder, "bound"), "--memory", "40kB"]);
    for (const name of ["users", "items", "users.image"]) {
      const free = readNpy(join(folder, "free", `${name}.npy`));
      const bound = readNpy(join(folder, "bound", `${name}.npy`));
      expect(bound.shape).toEqual(free.shape);
      const scale = Math.max(...Array.from(free.data, Math.abs));
      const worst = Math.max(...Array.from(free.data, (value, i) => Math.abs(value - bound.data[i]!)));
      expect(worst / scale).toBeLessThan(1e-5);
    }
  });

  it("is made from other columns and separators, and with rows of zeros as missing items or as values", async () => {
    const folder = temporaryFolder();
    const data = smallDataset();
    const plain = writeDataset(folder, "plain", data);
    const other = writeDataset(folder, "other", data);
    const text = interText(data.rows, "who\twhat\tpart").replaceAll("\t", ";");
    writeFileSync(join(other, "data.inter"), text);
    const columns = [
      "--user-column",
      "who",
      "--item-column",
      "what",
      "--label-column",
      "part",
      "--separator",
      ";",
    ];
    const args = ["--clusters", "2", "--quiet"];
    await wellbegun(["init", plain, "--out", join(folder, "a"), ...args]);
    expect(await wellbegun(["init", other, "--out", join(folder, "b"), ...args, ...columns])).toMatchObject({
      status: 0,
    });
    expect(folderHashes(join(folder, "b"))).toEqual(folderHashes(join(folder, "a")));

    const image = data.features.image!;
    const holed = image.data.slice().fill(0, 10, 15);
    writeFileSync(join(plain, "image_feat.npy"), npyBytes(holed, [6, 5]));
    const missing = await wellbegunJson(["init", plain, "--out", join(folder, "c"), "--clusters", "2"]);
    const kept = await wellbegunJson([
      "init",
      plain,
      "--out",
      join(folder, "d"),
      "--clusters",
      "2",
      "--zero-rows",
      "keep",
    ]);
    expect(missing.report.input.modalities.image.missingItems).toBe(1);
    expect(kept.report.input.modalities.image.missingItems).toBe(0);
    expect(readNpy(join(folder, "c", "labels.image.npy")).data[2]).toBe(-1);
  });
});
