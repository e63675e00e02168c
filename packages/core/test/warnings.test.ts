import { describe, expect, it } from "vitest";
import { denseFeatures, type FitOptions, fit, IdIndex, interactionsFromPairs } from "../src/index.ts";
import { type PlainData, randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";

/** Six films of three genres, and 24 different posters: clusters by genre cannot be more than three. */
function genres(): PlainData {
  const { features, histories } = randomData({ users: 6, items: 24, widths: { poster: 4 }, seed: 1 });
  const genre = Array.from({ length: 24 }, (_, item) => [0, 1, 2].map((g) => (g === item % 3 ? 1 : 0)));
  return { itemCount: 24, histories, features: { poster: features.poster!, genre } };
}

const lowered = { code: "clusters-lowered", at: "genre" };

describe("Fewer distinct rows than clusters", () => {
  it("lower the default number of clusters, which the report says", async () => {
    const { report, clusters } = await fit(toInput(genres()), { lambda: 0.5 });
    expect([report.clusters.genre!.clusters, clusters.genre!.centroids.rows]).toEqual([3, 3]);
    expect(report.clusters.poster!.clusters).toBe(8);
    const said = report.warnings.filter(({ code }) => code === "clusters-lowered");
    expect(said).toMatchObject([lowered]);
    expect(said[0]!.message).toMatch(/^genre has only 3 distinct rows: 3 clusters in place of 8/);
  });

  it("say that they are those of a sample, where they are", async () => {
    for (const options of [{ sampleSize: 8 }, { initSize: 8 }, { sampleSize: 12, initSize: 8 }]) {
      const { report } = await fit(toInput(genres()), { lambda: 0.5, ...options });
      const found = report.clusters.genre!.clusters;
      expect(report.warnings).toContainEqual({
        ...lowered,
        message: `genre has only ${found} distinct rows among the 8 items that are drawn: ${found} clusters in place of 8.`,
      });
    }
  });

  it("keep the options such that they reproduce the run to the bit", async () => {
    const input = toInput(genres());
    const model = await fit(input, { lambda: 0.5 });
    expect(model.options.clusters).toEqual({ poster: 8, genre: 3 });
    const again = await fit(input, model.options);
    expect(again.users.data).toEqual(model.users.data);
    expect(again.toBytes()).toEqual(model.toBytes());
    expect(again.report.warnings).not.toContainEqual(expect.objectContaining(lowered));
  });

  it("are refused where the number was given and a table depends on it", async () => {
    const input = toInput(genres());
    for (const clusters of [8, { genre: 8 }]) {
      const error = await expectRefusal(
        () => fit(input, { lambda: 0.5, clusters }),
        "invalid-option",
        "at most 3",
      );
      expect(error.at).toBe("clusters of genre");
    }
    await expect(fit(input, { lambda: 0.5, clusters: { poster: 8 } })).resolves.toBeDefined();
  });

  it.each<[what: string, options: FitOptions]>([
    ["asked for", { clusters: 8 }],
    ["more than the items", { clusters: 30 }],
    ["drawn from some items", { clusters: 8, initSize: 9 }],
    ["given as centroids", { centroids: { genre: { data: new Float32Array(90).fill(0.5), clusters: 30 } } }],
  ])("are never refused where no table depends on them: %s", async (_, options) => {
    const input = toInput(genres());
    const model = await fit(input, { lambda: 1, ...options });
    const plain = await fit(input, { lambda: 1 });
    expect(model.users.data).toEqual(plain.users.data);
    expect(model.items.data).toEqual(plain.items.data);
  });
});

describe("The report of a fit warns", () => {
  const codes = async (data: PlainData, options: FitOptions = {}): Promise<string[]> => {
    const { report } = await fit(toInput(data), { clusters: 2, prepare: "none", ...options });
    return report.warnings.map(({ code, at }) => `${code} ${at}`);
  };
  const touch = (...items: number[]) => items.map((item) => ({ item, weight: 1 }));
  const data: PlainData = {
    itemCount: 4,
    histories: [touch(0, 1), touch(2), touch(1, 2)],
    features: {
      image: [
        [9, 8],
        [9, 2],
        [1, 8],
        [1, 3],
      ],
      audio: [[2], [3], [5], [4]],
    },
  };

  it("of nothing where IDs are compared and no row is missing", async () => {
    const train = interactionsFromPairs([
      ["ann", "a"],
      ["bob", "b"],
      ["bob", "c"],
    ]);
    const ids = new IdIndex(["a", "b", "c"]);
    const image = denseFeatures(new Float32Array([1, 2, 2, 1, 4, 7]), 3, 2, { ids });
    const { report } = await fit({ train, features: { image } }, { clusters: 2 });
    expect(report.warnings).toEqual([]);
  });

  it("of an order of items that is assumed", async () => {
    expect(await codes(data)).toEqual(["item-order-assumed image", "item-order-assumed audio"]);
  });

  it("of users without history, users without a modality and items without features", async () => {
    const sparse: PlainData = {
      ...data,
      histories: [...data.histories, [], touch(3)],
      features: { image: [...data.features.image!.slice(0, 3), null], audio: [[2], [3], null, null] },
    };
    const { report } = await fit(toInput(sparse), { clusters: 2, prepare: "none" });
    const said = report.warnings.filter(({ code }) => code !== "item-order-assumed");
    expect(said.map(({ at, message }) => [at, message])).toEqual([
      ["users", "1 user without interactions: each holds the mean item."],
      ["image", "1 user without items that have image: each holds its mean."],
      ["audio", "2 users without items that have audio: each holds its mean."],
      ["items", "1 item without any features: each holds the mean item."],
    ]);
  });

  it("of rows of zeros", async () => {
    // The second item is the mean of all: nothing is left of it once they are centered, nor of the user who has only it.
    const middle: PlainData = {
      itemCount: 3,
      histories: [touch(0), touch(1)],
      features: {
        image: [
          [1, 1],
          [2, 3],
          [3, 5],
        ],
      },
    };
    const found = await codes(middle, { prepare: "center", zeroRows: "keep" });
    expect(found).toEqual([
      "item-order-assumed image",
      "zero-rows users",
      "zero-rows users.image",
      "zero-rows items",
    ]);
  });

  it("of nothing where features are equal for all items, which are refused", async () => {
    const equal: PlainData = { ...data, features: { image: data.features.image!.map(() => [3, 4]) } };
    for (const scale of ["xavier", "unit"] as const) {
      const error = await expectRefusal(
        () => fit(toInput(equal), { scale }),
        "invalid-data",
        "zeros in all 3 rows",
      );
      expect(error.at).toBe("table users");
    }
  });
});
