import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { readNpy, temporaryFolder } from "./support/files.ts";

const golden = fileURLToPath(new URL("../../../fixtures/golden", import.meta.url));
/** Without any of the steps that the sources leave open, the tables are the formula itself. */
const bare = ["--prepare", "none", "--project", "none", "--scale", "none", "--combine", "concat"];

interface Meta {
  readonly users: number;
  readonly lambdas: readonly number[];
  readonly modalities: Readonly<Record<string, { readonly dim: number; readonly inertia: number }>>;
}

function largestDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < one.length; i++) largest = Math.max(largest, Math.abs(one[i]! - other[i]!));
  return largest;
}

describe.each(readdirSync(golden))("Golden case %s", (name) => {
  const folder = join(golden, name);
  const meta: Meta = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8"));
  const modalities = Object.keys(meta.modalities);
  const runs = ["sym", "mean"].flatMap((normalization) =>
    meta.lambdas.map((lambda) => ({ normalization, lambda })),
  );

  it.each(runs)(
    "has its user tables to 1e-5 under normalization $normalization and lambda $lambda",
    async ({ normalization, lambda }) => {
      const out = join(temporaryFolder(), "out");
      // The layout cannot state users beyond the largest ID; the case has some, who get the mean item.
      const users = ["--users", `${meta.users}`];
      const start = [...users, "--centroids", folder, "--tolerance", "0", "--backend", "cpu"];
      // Without a local term its normalization is refused, as an option without effect.
      const term = [...(lambda === 0 ? [] : ["--normalization", normalization]), "--lambda", `${lambda}`];
      const result = await wellbegunJson(["init", folder, "--out", out, ...bare, ...start, ...term]);
      expect(modalities.length).toBeGreaterThan(0);
      for (const modality of modalities) {
        const found = readNpy(join(out, `users.${modality}.npy`));
        const expected = readNpy(
          join(folder, `${modality}_init_${normalization}_lam${lambda.toFixed(1)}.npy`),
        );
        expect(found.shape).toEqual(expected.shape);
        expect(largestDifference(found.data, expected.data)).toBeLessThan(1e-5);
        const labels = readNpy(join(out, `labels.${modality}.npy`)).data;
        expect([...labels]).toEqual([...readNpy(join(folder, `${modality}_labels.npy`)).data]);
        const { inertia } = meta.modalities[modality]!;
        expect(Math.abs(result.report.clusters[modality].inertia / inertia - 1)).toBeLessThan(1e-5);
      }
    },
  );

  it("keeps given centroids with --max-iterations 0, and takes them back from a bundle", async () => {
    const parent = temporaryFolder();
    const [one, two] = [join(parent, "one"), join(parent, "two")];
    const end = ["--max-iterations", "0", "--lambda", "0.5", "--normalization", "sym"];
    await wellbegunJson(["init", folder, "--out", one, ...bare, "--centroids", folder, ...end]);
    for (const modality of modalities) {
      const seeds = readNpy(join(folder, `${modality}_seed_centroids.npy`));
      const found = readNpy(join(one, `centroids.${modality}.npy`));
      expect(found.shape).toEqual(seeds.shape);
      expect(largestDifference(found.data, seeds.data)).toBeLessThan(1e-6);
    }
    await wellbegunJson(["init", folder, "--out", two, ...bare, "--centroids", one, ...end]);
    for (const modality of modalities) {
      const file = `users.${modality}.npy`;
      expect(readFileSync(join(two, file))).toEqual(readFileSync(join(one, file)));
    }
  });

  it("is refused with a number of clusters that contradicts the given centroids", async () => {
    const out = join(temporaryFolder(), "out");
    const args = ["init", folder, "--out", out, "--centroids", folder, "--clusters", "2", ...bare];
    const { status, stderr } = await wellbegun(args);
    expect(status).toBe(2);
    expect(stderr).toContain("option --clusters");
  });
});
