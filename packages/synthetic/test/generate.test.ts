import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { generateDataset, type PresetName, presets, type SyntheticDataset } from "../src/index.ts";
import { heldOutItems, trainItems } from "./naive.ts";

const shapes = fc.record({
  users: fc.integer({ min: 20, max: 200 }),
  items: fc.integer({ min: 60, max: 200 }),
  perUser: fc.integer({ min: 6, max: 10 }),
  tastes: fc.integer({ min: 1, max: 30 }),
  popularity: fc.double({ min: 0, max: 2, noNaN: true }),
  holdout: fc.constantFrom(0, 0.1, 0.2, 0.5),
  minDegree: fc.constantFrom(1, 2, 5),
  seed: fc.nat(),
});

describe("Interactions", () => {
  it("have exactly the requested train rows, in range, without repetitions, in order, and split by the rule", () => {
    fc.assert(
      fc.property(shapes, ({ perUser, ...shape }) => {
        const interactions = perUser * shape.users;
        const data = generateDataset({ ...shape, interactions });
        expect([...data.log.labels].filter((label) => label === 0)).toHaveLength(interactions);
        for (let e = 0; e < data.log.items.length; e++) {
          expect(data.log.users[e]).toBeLessThan(shape.users);
          expect(data.log.items[e]).toBeLessThan(shape.items);
          expect(data.log.labels[e]).toBeLessThanOrEqual(2);
          if (e === 0) continue;
          const sameUser = data.log.users[e] === data.log.users[e - 1];
          if (sameUser) expect(data.log.items[e]).toBeGreaterThan(data.log.items[e - 1]!);
          else expect(data.log.users[e]).toBe(data.log.users[e - 1]! + 1);
        }
        expect(data.log.users[0]).toBe(0);
        expect(data.log.users.at(-1)).toBe(shape.users - 1);
        expectSplit(data, shape.minDegree);
      }),
      { numRuns: 40 },
    );
  });

  it("leave the share of cold users without train rows, and no other user", () => {
    const data = generateDataset({ coldUsers: 0.1 });
    expect(trainItems(data).filter((items) => items.length === 0)).toHaveLength(200);
    expect(trainItems(generateDataset()).filter((items) => items.length === 0)).toHaveLength(10);
  });

  it("hold out about a tenth for validation and a tenth for test", () => {
    const { labels } = generateDataset({ minDegree: 20, interactions: 80_000 }).log;
    for (const label of [1, 2]) {
      const share = labels.filter((l) => l === label).length / labels.length;
      expect(share).toBeGreaterThan(0.09);
      expect(share).toBeLessThan(0.11);
    }
  });

  it("have user degrees with a long tail: the mean well above the median, the largest far above both", () => {
    const degrees = trainItems(generateDataset())
      .map((items) => items.length)
      .sort((a, b) => a - b);
    const mean = degrees.reduce((a, b) => a + b) / degrees.length;
    expect(mean).toBeGreaterThan(1.3 * degrees[degrees.length / 2]!);
    expect(degrees.at(-1)).toBeGreaterThan(10 * mean);
  });

  it("fit the limits, with every user at its least and at its most", () => {
    const limits = { users: 10, items: 30, coldUsers: 0, holdout: 0 };
    const least = generateDataset({ ...limits, interactions: 10 });
    expect(trainItems(least).map((items) => items.length)).toEqual(Array.from({ length: 10 }, () => 1));
    const most = generateDataset({ ...limits, interactions: 150 });
    expect(trainItems(most).map((items) => items.length)).toEqual(Array.from({ length: 10 }, () => 15));
  });

  it.each(Object.keys(presets) as PresetName[])("have the shape of preset %s", (name) => {
    const preset = presets[name];
    const data = generateDataset(preset);
    expect(data.train.userCount).toBe(preset.users);
    expect(data.train.itemCount).toBe(preset.items);
    expect(data.log.labels.filter((label) => label === 0)).toHaveLength(preset.interactions);
    const shapesFound = Object.entries(data.features).map(([name, { rows, columns }]) => ({
      name,
      rows,
      width: columns,
    }));
    expect(shapesFound).toEqual(preset.modalities.map((modality) => ({ ...modality, rows: preset.items })));
  });
});

describe("A seed", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("gives the same data again, and another seed gives other data", () => {
    const small = { users: 200, items: 150, seed: 7 };
    expect(contents(generateDataset(small))).toEqual(contents(generateDataset(small)));
    const other = contents(generateDataset({ ...small, seed: 8 }));
    const first = contents(generateDataset(small));
    for (const key of ["items", "tastes", "image", "text"] as const)
      expect(other[key]).not.toEqual(first[key]);
  });

  it("gives the same interactions whatever the modalities are", () => {
    const narrow = generateDataset({ modalities: [{ name: "audio", width: 3 }] });
    const wide = generateDataset();
    expect(narrow.log).toEqual(wide.log);
  });

  it("needs no function that engines may round differently", () => {
    const small = { users: 200, items: 150, missing: 0.1, popularity: 0.7 };
    const before = contents(generateDataset(small));
    for (const name of [
      "random",
      "pow",
      "log",
      "exp",
      "sin",
      "cos",
      "tan",
      "log2",
      "cbrt",
      "hypot",
    ] as const) {
      vi.spyOn(Math, name).mockImplementation(() => Number.NaN);
    }
    expect(contents(generateDataset(small))).toEqual(before);
  });
});

function expectSplit(data: SyntheticDataset, minDegree: number): void {
  const train = trainItems(data);
  heldOutItems(data).forEach((heldOut, user) => {
    const kept = train[user]!.length;
    const degree = kept + heldOut.length;
    const validation = data.log.labels.filter((label, e) => label === 1 && data.log.users[e] === user).length;
    expect(heldOut).toHaveLength(2 * validation);
    if (kept === 0) {
      expect(validation).toBe(1);
      return;
    }
    expect(degree).toBeGreaterThanOrEqual(minDegree);
    const wanted = (data.options.holdout * degree) / 2;
    if (degree < 5 || data.options.holdout === 0) expect(validation).toBe(0);
    else if (wanted < 1) expect(validation).toBe(1);
    else expect(Math.abs(validation - wanted)).toBeLessThanOrEqual(0.5);
  });
}

function contents(
  data: SyntheticDataset,
): Record<"users" | "items" | "labels" | "tastes" | "image" | "text", ArrayLike<number>> {
  const [image, text] = Object.values(data.features).map(({ rows, columns, read }) => {
    const values = new Float32Array(rows * columns);
    void read(0, rows, values);
    return values;
  });
  const { tastes, log } = data;
  return { ...log, tastes, image: image!, text: text! };
}
