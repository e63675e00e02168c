import { methodRows, methodSchema } from "@wellbegun/core/options";
import { describe, expect, it } from "vitest";
import { defaultSettings, defaultSpace, searchedNames } from "../src/index.ts";
import { dimensionsOf } from "../src/space.ts";

const widths = { image: 20, audio: 12 };

describe("The space of a search", () => {
  it("holds exactly the options whose rows state values to search", () => {
    const searched = methodRows.filter(([, { search }]) => search !== undefined).map(([name]) => name);
    expect([...searchedNames].sort()).toEqual(searched.sort());
    for (const name of searchedNames) expect(defaultSpace[name]).toEqual(methodSchema[name].search);
  });

  it("keeps the default values that suit the data, or else one cluster or the full width", () => {
    const valuesOf = (name: string, items: number) =>
      dimensionsOf({}, widths, items).find((dimension) => dimension.name === name)?.values;
    expect(valuesOf("dim", 50)).toEqual([16, 32]);
    expect(valuesOf("clusters", 50)).toEqual([8, 16, 32]);
    expect(valuesOf("clusters", 6)).toEqual([1]);
    expect(dimensionsOf({}, { image: 9 }, 50).find(({ name }) => name === "dim")?.values).toEqual([9]);
  });

  it("weighs modalities against each other only where there are several", () => {
    const names = (given: Record<string, number>) => dimensionsOf({}, given, 50).map(({ name }) => name);
    expect(names(widths)).toEqual(expect.arrayContaining(["weights.image", "weights.audio"]));
    expect(names({ image: 20 }).filter((name) => name.startsWith("weights"))).toEqual([]);
  });

  it("starts from the defaults of a fit", () => {
    expect(defaultSettings(widths)).toEqual({
      prepare: "center+l2",
      whitenPower: 0.5,
      whitenRidge: 0,
      normalization: "sym",
      lambda: 1,
      clusters: 8,
      combine: "concat",
      project: "pca",
      dim: 32,
      smooth: 0,
      damping: 0,
      scale: "xavier",
      weights: { image: 1, audio: 1 },
    });
  });
});
