import { describe, expect, it } from "vitest";
import {
  choices,
  type FitOptions,
  presets,
  recordOptions,
  resolveOptions,
  fit as runFit,
} from "../src/index.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";

const widths = { image: 6, audio: 4 };
const input = toInput(randomData({ users: 6, items: 20, widths, seed: 2 }));
const start = (length: number, clusters: number) => ({ image: { data: new Float32Array(length), clusters } });

/** A value that its type does not allow, as it may come from JavaScript or a configuration file. */
function untyped<K extends keyof FitOptions>(option: K, value: unknown): FitOptions {
  return { [option]: value } as FitOptions;
}

const bad: [what: string, options: FitOptions, parts: string[]][] = [
  ["an unknown modality", { modalities: ["image", "text"] }, ["modalities", "some of image, audio", "text"]],
  ["a modality twice", { modalities: ["image", "image"] }, ["modalities", "each once", "image twice"]],
  ["no modality", { modalities: [] }, ["modalities", "at least one", "none"]],
  ["an unknown preset", untyped("preset", "best"), ["preset", "default, paper, figure", "best"]],
  [
    "an unknown preparation",
    untyped("prepare", "pca"),
    ["prepare of image", choices.prepare.join(", "), "pca"],
  ],
  ["an unknown normalization", untyped("normalization", "l1"), ["normalization of image", "sym, mean", "l1"]],
  [
    "an unknown normalization of one modality",
    untyped("normalization", { audio: "l1" }),
    ["normalization of audio", "l1"],
  ],
  ["an unknown combination", untyped("combine", "sum"), ["combine", "concat, mean, weighted", "sum"]],
  ["an unknown projection", untyped("project", "svd"), ["project", choices.project.join(", "), "svd"]],
  ["an unknown scale", untyped("scale", "xaver"), ["scale", choices.scale.join(", "), "xaver"]],
  ["an unknown rule for zero rows", untyped("zeroRows", "drop"), ["zeroRows", "missing, keep", "drop"]],
  ["a choice in another case", untyped("scale", "Xavier"), ["scale", "Xavier"]],
  ["a choice that is inherited", untyped("project", "constructor"), ["project", "constructor"]],
  ["no clusters", { clusters: 0 }, ["clusters of image", "a whole number >= 1", "0"]],
  ["half a cluster", { clusters: 2.5 }, ["clusters of image", "2.5"]],
  ["NaN clusters", { clusters: { audio: Number.NaN } }, ["clusters of audio", "NaN"]],
  ["clusters as text", untyped("clusters", "8"), ["clusters of image", "8"]],
  ["clusters of an unknown modality", { clusters: { text: 3 } }, ["clusters", "image, audio", "text"]],
  ["lambda below 0", { lambda: -0.01 }, ["lambda of image", "from 0 to 1", "-0.01"]],
  ["lambda above 1", { lambda: { audio: 1.5 } }, ["lambda of audio", "from 0 to 1", "1.5"]],
  ["NaN lambda", { lambda: Number.NaN }, ["lambda of image", "NaN"]],
  ["lambda as text", untyped("lambda", "0.5"), ["lambda of image", "0.5"]],
  ["lambda of an unknown modality", { lambda: { text: 0.5 } }, ["lambda", "text"]],
  ["weighted without weights", { combine: "weighted" }, ["weights", "each modality", "none"]],
  ["weighted with one weight", { combine: "weighted", weights: { image: 1 } }, ["weights", "none for audio"]],
  [
    "mean with weights other than 1",
    { combine: "mean", weights: { image: 2, audio: 1 } },
    ["weights", "combine mean"],
  ],
  ["a weight of an unknown modality", { weights: { text: 1 } }, ["weights", "image, audio", "text"]],
  ["a weight of zero", { weights: { audio: 0 } }, ["weights of audio", "above 0", "0"]],
  ["a negative weight", { weights: { audio: -1 } }, ["weights of audio", "-1"]],
  ["an infinite weight", { weights: { image: Number.POSITIVE_INFINITY } }, ["weights of image", "Infinity"]],
  [
    "a weight of a modality that is left out",
    { modalities: ["image"], weights: { audio: 1 } },
    ["weights", "audio"],
  ],
  ["dim 0", { dim: 0 }, ["dim", "a whole number >= 1", "0"]],
  ["dim that is no whole number", { dim: 2.5 }, ["dim", "2.5"]],
  ["dim above the width side by side", { dim: 11 }, ["dim", "at most 10", "side by side", "11"]],
  ["dim above the narrowest modality", { dim: 5, combine: "mean" }, ["dim", "at most 4", "narrowest", "5"]],
  ["dim without projection", { dim: 4, project: "none" }, ["dim", "project none", "4"]],
  [
    "averaging uneven widths",
    { combine: "mean", project: "none" },
    ["combine", "equal widths", "image 6, audio 4"],
  ],
  ["NaN seed", { seed: Number.NaN }, ["seed", "a whole number", "NaN"]],
  ["a seed that is no whole number", { seed: 0.5 }, ["seed", "0.5"]],
  ["a seed beyond the safe integers", { seed: 2 ** 53 }, ["seed", `${2 ** 53}`]],
  ["no run at all", { restarts: 0 }, ["restarts", "a whole number >= 1", "0"]],
  ["seeds from fewer items than clusters", { initSize: 7 }, ["initSize", "a whole number >= 8", "7"]],
  ["centroids from fewer items than clusters", { sampleSize: 7 }, ["sampleSize", "a whole number >= 8", "7"]],
  [
    "seeds from more items than the sample",
    { initSize: 12, sampleSize: 10 },
    ["initSize", "at most 10, the sampleSize", "12"],
  ],
  ["a negative number of iterations", { maxIterations: -1 }, ["maxIterations", "a whole number >= 0", "-1"]],
  ["infinite iterations", { maxIterations: Number.POSITIVE_INFINITY }, ["maxIterations", "Infinity"]],
  ["a negative tolerance", { tolerance: -1e-4 }, ["tolerance", "a finite number >= 0", "-0.0001"]],
  ["NaN tolerance", { tolerance: Number.NaN }, ["tolerance", "NaN"]],
  ["infinite tolerance", { tolerance: Number.POSITIVE_INFINITY }, ["tolerance", "Infinity"]],
  ["centroids of another width", { centroids: start(10, 2) }, ["centroids of image", "2 x 6 values", "10"]],
  ["no centroids", { centroids: start(0, 0) }, ["clusters of image", "a whole number >= 1", "0"]],
  [
    "centroids that are NaN",
    { centroids: { audio: { data: Float32Array.of(0, 0, 0, 0, 0, 0, Number.NaN, 0), clusters: 2 } } },
    ["centroids of audio", "finite values", "NaN at row 1, column 2"],
  ],
  ["centroids as an array", untyped("centroids", { image: [1, 2] }), ["centroids of image", "Float32Array"]],
  [
    "another number of clusters than of given centroids",
    { clusters: { image: 3 }, centroids: start(12, 2) },
    ["clusters of image", "2, the number of its given centroids", "3"],
  ],
  ["weights as one number", untyped("weights", 2), ["weights", "an object with a value for each", "2"]],
  ["a list of lambdas", untyped("lambda", [0.1, 0.2]), ["lambda of image", "from 0 to 1", "an Array"]],
  ["a lambda of null", untyped("lambda", { image: null }), ["lambda of image", "null"]],
  ["modalities as text", untyped("modalities", "image"), ["modalities", "a list of names", '"image"']],
  ["a misspelt option", untyped("lamda" as "lambda", 0), ["lamda", "Did you mean lambda?"]],
  ["an option in another case", untyped("maxiterations" as "seed", 3), ["maxiterations", "maxIterations?"]],
  [
    "an option in British spelling",
    untyped("normalisation" as "normalization", "mean"),
    ["normalisation", "Did you mean normalization?"],
  ],
  ["the name of an inherited property as an option", untyped("toString" as "seed", 1), ["toString"]],
  [
    "centroids of an unknown modality",
    { centroids: { text: { data: new Float32Array(6), clusters: 1 } } },
    ["centroids", "image, audio", "text"],
  ],
];

describe("A fit refuses", () => {
  it.each(bad)("%s", async (_, options, [option, ...parts]) => {
    const error = await expectRefusal(() => runFit(input, options), "invalid-option", ...parts);
    expect(error.at).toBe(option);
  });

  it.each<[what: string, clusters: number, message: string]>([
    ["than items", 21, "at most 20 clusters"],
    ["than distinct rows", 5, "at most 4 clusters, the number of distinct prepared rows"],
  ])("more clusters %s", async (_, clusters, message) => {
    const rows = Array.from(
      { length: 20 },
      (_, item) =>
        [
          [1, 2],
          [2, 1],
          [3, 3],
          [0, 5],
        ][item % 4]!,
    );
    const repeated = toInput({
      itemCount: 20,
      histories: [[{ item: 0, weight: 1 }]],
      features: { image: rows },
    });
    const work = () => runFit(repeated, { clusters, lambda: 0.5, prepare: "none" });
    const error = await expectRefusal(work, "invalid-option", message, `found ${clusters}`);
    expect(error.at).toBe("clusters of image");
  });
});

describe("Options that are left out", () => {
  it("take the preset's values, and the rest its own defaults", () => {
    for (const preset of choices.preset) {
      const { clusters, lambda, normalization } = presets[preset];
      expect(resolveOptions({ preset }, widths)).toEqual({
        preset,
        modalities: ["image", "audio"],
        clusters: { image: clusters, audio: clusters },
        lambda: { image: lambda, audio: lambda },
        normalization: { image: normalization, audio: normalization },
        weights: { image: 1, audio: 1 },
        prepare: { image: "center+l2", audio: "center+l2" },
        whitenPower: { image: 0.5, audio: 0.5 },
        whitenRidge: { image: 0, audio: 0 },
        weighting: "given",
        combine: "concat",
        ccaRidge: 0.1,
        project: "pca",
        dim: 10,
        smooth: 0,
        damping: 0,
        scale: "xavier",
        seed: 999,
        restarts: preset === "default" ? 1 : 5,
        maxIterations: 100,
        tolerance: 1e-4,
        zeroRows: "missing",
      });
    }
    expect(resolveOptions({}, widths).preset).toBe("default");
  });

  it("run k-means five times where a table depends on it, and else once", () => {
    const restartsAt = (lambda: FitOptions["lambda"]): number => resolveOptions({ lambda }, widths).restarts;
    expect(restartsAt(1)).toBe(1);
    expect(restartsAt({ audio: 0.99 })).toBe(5);
    expect(restartsAt(0)).toBe(5);
    expect(resolveOptions({ restarts: 3 }, widths).restarts).toBe(3);
  });

  it("take lambda 0.1 and sym from preset paper, lambda 0.5 and mean from preset figure, and yield to given ones", () => {
    expect(presets.paper).toEqual({ clusters: 8, lambda: 0.1, normalization: "sym" });
    expect(presets.figure).toEqual({ clusters: 8, lambda: 0.5, normalization: "mean" });
    const given: FitOptions = { preset: "paper", lambda: { audio: 0.7 }, normalization: "mean" };
    expect(resolveOptions(given, widths)).toMatchObject({
      clusters: { image: 8, audio: 8 },
      lambda: { image: 0.1, audio: 0.7 },
      normalization: { image: "mean", audio: "mean" },
      weights: { image: 1, audio: 1 },
    });
  });

  it.each<[widths: Record<string, number>, options: FitOptions, dim: number]>([
    [{ image: 300 }, {}, 64],
    [{ image: 40, audio: 40 }, {}, 64],
    [{ image: 40, audio: 40 }, { combine: "mean" }, 40],
    [{ image: 300, audio: 40 }, { modalities: ["audio"] }, 40],
    [{ image: 300, audio: 40 }, { project: "none" }, 340],
    [{ image: 40, audio: 40 }, { project: "none", combine: "mean" }, 40],
  ])("for widths %o and %o give dim %i", (given, options, dim) => {
    expect(resolveOptions(options, given).dim).toBe(dim);
  });

  it("take K from given centroids, and order and choice from modalities", () => {
    const options: FitOptions = { modalities: ["audio", "image"], clusters: 5, centroids: start(12, 2) };
    const resolved = resolveOptions(options, widths);
    expect(resolved.modalities).toEqual(["audio", "image"]);
    expect(resolved.clusters).toEqual({ audio: 5, image: 2 });
    expect(Object.keys(resolved.centroids!)).toEqual(["image"]);
    expect(recordOptions(resolved).givenCentroids).toEqual(["image"]);
  });
});
