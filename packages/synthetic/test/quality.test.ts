import { createRandom } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { generateDataset, type SyntheticDataset } from "../src/index.ts";
import { dot, itemDegrees, nearestCentroids, prepare, recallAt, recallOf, userMeans } from "./naive.ts";

/** Recall@20 of one random order of the items for each user. */
function randomRecall(data: SyntheticDataset): number {
  const random = createRandom(1, "control");
  return recallAt(20, data, () => Array.from({ length: data.train.itemCount }, () => random.uniform()));
}

describe("The default dataset, judged by Recall@20 on its held-out rows,", () => {
  const data = generateDataset();
  const random = randomRecall(data);
  const degrees = itemDegrees(data);
  const popularity = recallAt(20, data, () => degrees);

  it("lets popularity beat chance, and content clearly beat popularity, neither trivially", async () => {
    const items = await prepare(data);
    const content = recallOf(data, userMeans(data, items), items);
    expect(popularity).toBeGreaterThan(2 * random);
    expect(content).toBeGreaterThan(1.5 * popularity);
    expect(content).toBeGreaterThan(0.15);
    expect(content).toBeLessThan(0.4);
  });

  it("gives the global term a signal of its own, and the local term more", async () => {
    const items = await prepare(data);
    const local = recallOf(data, userMeans(data, items), items);
    const centroids = nearestCentroids(items, 8, 15);
    const global = recallOf(data, userMeans(data, centroids), items);
    expect(global).toBeGreaterThan(3 * random);
    expect(local).toBeGreaterThan(1.2 * global);
  });

  it("loses its signal when the users' vectors are permuted", async () => {
    const items = await prepare(data);
    const users = userMeans(data, items);
    const permuted = users.map((_, u) => users[(u + 1000) % users.length]!);
    expect(recallOf(data, permuted, items)).toBeLessThan(2 * random);
  });

  it("rewards centering, and both modalities together", async () => {
    const recallWith = async (options: Parameters<typeof prepare>[1]): Promise<number> => {
      const items = await prepare(data, options);
      return recallOf(data, userMeans(data, items), items);
    };
    const both = await recallWith({});
    expect(both).toBeGreaterThan(1.15 * (await recallWith({ center: false })));
    expect(both).toBeGreaterThan(1.15 * (await recallWith({ modalities: ["image"] })));
    expect(both).toBeGreaterThan(1.15 * (await recallWith({ modalities: ["text"] })));
  });

  it("puts items of one taste closer together, in every modality", async () => {
    for (const m of Object.keys(data.features)) {
      const items = await prepare(data, { modalities: [m] });
      const cosine = { same: 0, other: 0 };
      const pairs = { same: 0, other: 0 };
      items.forEach((row, i) => {
        for (let j = 0; j < i; j++) {
          const kind = data.tastes[i] === data.tastes[j] ? "same" : "other";
          cosine[kind] += dot(row, items[j]!);
          pairs[kind]++;
        }
      });
      expect(cosine.same / pairs.same).toBeGreaterThan(cosine.other / pairs.other + 0.2);
    }
  });
});

it("At noise 20, content is no better than a random order", async () => {
  const data = generateDataset({ noise: 20 });
  const items = await prepare(data);
  expect(recallOf(data, userMeans(data, items), items)).toBeLessThan(2 * randomRecall(data));
});

it("The exponent popularity makes a power law: the larger it is, the more the top tenth of the items hold", () => {
  const topTenth = (popularity: number): number => {
    const degrees = itemDegrees(generateDataset({ popularity })).sort((a, b) => b - a);
    const head = degrees.slice(0, degrees.length / 10);
    return head.reduce((a, b) => a + b) / degrees.reduce((a, b) => a + b);
  };
  const [flat, zipf, steep] = [topTenth(0), topTenth(1), topTenth(2)];
  expect(flat).toBeLessThan(0.2);
  expect(zipf).toBeGreaterThan(0.3);
  expect(steep).toBeGreaterThan(1.5 * zipf);
});
