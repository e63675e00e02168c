import { isWellbegunError } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { generateDataset, type SyntheticOptions } from "../src/index.ts";

const width = 4;

describe("Options that are out of range are refused by name", () => {
  it.each<[string, SyntheticOptions]>([
    ["users", { users: 0 }],
    ["users", { users: 1.5 }],
    ["items", { items: 1 }],
    ["interactions", { interactions: 0 }],
    ["interactions", { users: 100, interactions: 99, coldUsers: 0 }],
    ["interactions", { users: 10, items: 20, interactions: 101 }],
    ["interactions", { coldUsers: 1 }],
    ["modalities", { modalities: [] }],
    ["modalities[0].name", { modalities: [{ name: "../image", width }] }],
    ["modalities[0].name", { modalities: [{ name: "", width }] }],
    ["modalities[0].width", { modalities: [{ name: "image", width: 0 }] }],
    [
      "modalities[1].name",
      {
        modalities: [
          { name: "image", width },
          { name: "image", width },
        ],
      },
    ],
    ["tastes", { tastes: 0 }],
    ["tastes", { items: 30, tastes: 31 }],
    ["noise", { noise: -1 }],
    ["popularity", { popularity: Number.NaN }],
    ["holdout", { holdout: 0.9 }],
    ["minDegree", { minDegree: 601 }],
    ["coldUsers", { coldUsers: 0.1, holdout: 0 }],
    ["missing", { missing: 1.1 }],
    ["seed", { seed: -1 }],
    ["seed", { seed: 2 ** 60 }],
  ])("such as %s in %j", (option, options) => {
    let error: unknown;
    try {
      generateDataset(options);
    } catch (thrown) {
      error = thrown;
    }
    if (!isWellbegunError(error)) throw new Error("expected a WellbegunError");
    expect(error.code).toBe("invalid-option");
    expect(error.at).toBe(`option ${option}`);
    expect(error.message).toContain("Generating a dataset: expected ");
  });
});

it("The reported options include their defaults and make the same data again", () => {
  const data = generateDataset({ users: 100, items: 60, seed: 3 });
  expect(data.options).toMatchObject({ users: 100, items: 60, interactions: 1200, holdout: 0.2, seed: 3 });
  expect(generateDataset(data.options).log).toEqual(data.log);
});

it("An option that does not exist is refused with the nearest name", () => {
  expect(() => generateDataset({ user: 5 } as SyntheticOptions)).toThrow(/"user".*Did you mean users\?/);
});
