import { IdIndex } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BundleFile,
  bundleRows,
  bundleTables,
  checkAlignment,
  decodeIds,
  encodeIds,
  formatManifest,
  idsAreRows,
  parseManifest,
} from "../src/bundle/index.ts";
import { bytesOf, expectFailure } from "./helpers.ts";

const sha256 = "ab".repeat(32);
const table = (...shape: readonly number[]): BundleFile => ({ sha256, bytes: 9, dtype: "float32", shape });

describe("The manifest", () => {
  it("has the same bytes for the same content, in whatever order", () => {
    const files = { "users.npy": table(3, 2), "items.npy": table(5, 2) };
    const a = formatManifest(
      { seed: 9, options: { b: [1, { z: 1, y: null }], a: "x" }, left: undefined },
      files,
    );
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    const b = formatManifest({ options: { a: "x", b: [1, { y: null, z: 1 }] }, seed: 9 }, reversed);
    expect(a).toBe(b);
    expect(Object.keys(JSON.parse(a))).toEqual(["format", "version", "options", "seed", "files"]);
    expect(a.endsWith("}\n")).toBe(true);
  });

  it("is read back as it was", () => {
    const json = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(json, (content) => {
        for (const key of ["format", "version", "files"]) delete content[key];
        const manifest = parseManifest(formatManifest(content, { "users.npy": table(3, 2) }));
        // JSON knows no -0.
        const { format, version, files, ...rest } = manifest;
        expect(rest).toEqual(JSON.parse(JSON.stringify(content)));
        expect([format, version, Object.keys(files)]).toEqual(["wellbegun-bundle", 1, ["users.npy"]]);
      }),
    );
  });

  it("refuses values that JSON would silently change, and names them", async () => {
    const bad: readonly (readonly [unknown, string])[] = [
      [Number.NaN, "number NaN"],
      [-Infinity, "-Infinity"],
      [10n, "bigint 10"],
      [() => 1, "function"],
      [Float32Array.of(1), "[object Float32Array]"],
      [new Map(), "[object Map]"],
    ];
    for (const [value, found] of bad) {
      const format = (): string => formatManifest({ report: { norms: [1, value] } }, {});
      await expectFailure(format, "invalid-option", "manifest.report.norms[1]", found);
    }
    await expectFailure(() => formatManifest({ files: 1 }, {}), "invalid-option", '"files"');
  });

  it("refuses text that is not a manifest, another version, and malformed file entries", async () => {
    const refused = (value: unknown, ...parts: readonly string[]): Promise<void> =>
      expectFailure(
        () => parseManifest(JSON.stringify(value), "out/manifest.json"),
        "format",
        "out/manifest.json",
        ...parts,
      );
    await expectFailure(() => parseManifest("{", "m"), "format", "JSON");
    const own = { format: "wellbegun-bundle", version: 1 };
    await refused([], "no JSON object");
    await refused({ name: "an extension" }, "wellbegun-bundle");
    await refused({ ...own, version: 3, files: {} }, "version 1 or 2", "version 3");
    await refused(own, "files", "none");
    for (const name of ["../evil", "a/b.npy", "..\\evil", "C:x", "", ".hidden"]) {
      await refused({ ...own, files: { [name]: table(1, 1) } }, "plain file name", JSON.stringify(name));
    }
    const file = (entry: unknown): unknown => ({ ...own, files: { "a.npy": entry } });
    await refused(file(1), '"a.npy"', "sha256 and bytes");
    await refused(file({ ...table(1), sha256: "xyz" }), "64 hexadecimal", "xyz");
    await refused(file({ ...table(1), bytes: -1 }), "bytes", "-1");
    await refused(file({ ...table(1), shape: [1.5] }), "[1.5]");
    await refused(file({ ...table(1), dtype: "object" }), "float32 or int32", "object");
    await refused(file({ sha256, bytes: 1, tensors: { users: { dtype: "float32" } } }), "users", "shape");
  });

  it("lists the tables of npy and safetensors files, and counts rows by them", () => {
    const files = {
      "centroids.image.npy": table(8, 4),
      "tables.safetensors": {
        sha256,
        bytes: 1,
        tensors: { "users.image": { dtype: "float32", shape: [7, 4] } } as const,
      },
      "user_ids.txt": { sha256, bytes: 1, shape: [7] },
      "labels.image.npy": { ...table(5), dtype: "int32" } as const,
    };
    const manifest = parseManifest(formatManifest({}, files));
    expect([...bundleTables(manifest).keys()].sort()).toEqual([
      "centroids.image",
      "labels.image",
      "users.image",
    ]);
    expect(bundleRows(manifest)).toEqual({ userCount: 7, itemCount: 5 });
    expect(bundleRows(parseManifest(formatManifest({}, {})))).toEqual({
      userCount: undefined,
      itemCount: undefined,
    });
  });
});

describe("The format of ID files", () => {
  it("holds any IDs, one on each line", () => {
    const id = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.bigInt());
    fc.assert(
      fc.property(fc.uniqueArray(id, { selector: String }), (ids) => {
        fc.pre(ids.every((value) => !/[\r\n]/.test(String(value))));
        expect(decodeIds(encodeIds(ids))).toEqual(ids.map(String));
      }),
    );
    expect(new TextDecoder().decode(encodeIds(["b", 7, 8n]))).toBe("b\n7\n8\n");
    expect(encodeIds([]).length).toBe(0);
    expect(decodeIds(new Uint8Array(0))).toEqual([]);
  });

  it("refuses IDs that could not be told apart when read", async () => {
    await expectFailure(
      () => encodeIds(["a", "b\nc"], "user IDs"),
      "invalid-data",
      '"b\\nc"',
      "user IDs, row 1",
    );
    await expectFailure(() => encodeIds(["a\r"]), "invalid-data", '"a\\r"');
    await expectFailure(() => encodeIds(["\ud800"]), "invalid-data", "surrogates", "row 0");
    await expectFailure(() => encodeIds(["x", 7, "7"]), "invalid-data", '"7"', "rows 1 and 2");
  });

  it("refuses bytes that are not a list of IDs", async () => {
    await expectFailure(
      () => decodeIds(bytesOf("a\nb"), "user_ids.txt"),
      "format",
      "user_ids.txt",
      "line feed",
    );
    await expectFailure(() => decodeIds(Uint8Array.of(0xff, 10), "user_ids.txt"), "format", "UTF-8");
  });

  it("is not needed where IDs are row numbers", () => {
    expect(idsAreRows([0, 1n, "2"])).toBe(true);
    expect(idsAreRows([])).toBe(true);
    expect(idsAreRows([1, 2])).toBe(false);
    expect(idsAreRows(["0", "01"])).toBe(false);
  });
});

describe("The comparison of rows", () => {
  const bundle = { userCount: 3, itemCount: 2, userIds: ["ann", "bob", "cy"] };

  it("accepts equal rows, and checks only what the consumer names", () => {
    checkAlignment(bundle, {});
    checkAlignment(bundle, { itemCount: 2 });
    checkAlignment(bundle, { userCount: 3, userIds: ["ann", "bob", "cy"], itemIds: ["0", 1n] });
    checkAlignment({ userCount: 2, userIds: ["7", "8"] }, { userIds: new IdIndex([7, 8n]).ids });
  });

  it("names the first difference", async () => {
    const refused = (
      target: Parameters<typeof checkAlignment>[1],
      ...parts: readonly string[]
    ): Promise<void> => expectFailure(() => checkAlignment(bundle, target), "mismatch", ...parts);
    await refused({ itemCount: 3 }, "expected 3 items", "found 2 in the bundle");
    await refused({ userIds: ["ann", "cy", "bob"] }, "user row 1", '"cy"', '"bob"');
    await refused({ userIds: ["ann", "bob"] }, "expected 2 users", "found 3");
    await refused(
      { userIds: ["bob", "cy"] },
      "user row 0",
      '"bob"',
      '"ann"',
      "3 users in the bundle, 2 expected",
    );
    await refused({ userCount: 3 }, "user row 0", '"0"', '"ann"');
    await refused({ itemIds: ["x", "y"] }, "item row 0", '"x"', '"0"');
    await refused({ userCount: 2, userIds: ["ann"] }, "2 user IDs", "found 1");
    await expectFailure(
      () => checkAlignment({ itemCount: 2 }, { userCount: 1 }),
      "mismatch",
      "no user table",
    );
  });

  it("agrees with a plain comparison of lists", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 });
    fc.assert(
      fc.property(ids, ids, (ours, theirs) => {
        let aligned = true;
        try {
          checkAlignment({ userCount: ours.length, userIds: ours }, { userIds: theirs });
        } catch {
          aligned = false;
        }
        expect(aligned).toBe(ours.join() === theirs.join());
      }),
    );
  });
});
