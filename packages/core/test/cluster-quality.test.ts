import { beforeAll, describe, expect, it } from "vitest";
import { naivePrepare } from "./naive.ts";
import { clusterRows, type RowArray } from "./support/cluster-rows.ts";
import { goldenCases } from "./support/golden.ts";
import { readFloats } from "./support/npy.ts";
import { blobs, normalTable } from "./support/numbers.ts";
import { pythonAbsent, runPython } from "./support/python.ts";
import { flat, rowsOf } from "./support/tables.ts";
import { tiktokAbsent, tiktokFolder } from "./support/tiktok.ts";

interface Case extends RowArray {
  readonly name: string;
  readonly clusters: number;
  readonly restarts: number;
}

// As many runs as theirs: without clear clusters, the best of fewer is a matter of luck for either. On TikTok, which
// is what the requirement is about, the default number of runs has to do.
const restarts = 10;
const defaultRestarts = 5;

const generated: Case[] = [
  { name: "blobs far apart", data: blobs(1000, 10, 8, 4, 1), columns: 10, clusters: 8, restarts },
  { name: "blobs that overlap", data: blobs(1500, 16, 20, 1, 2), columns: 16, clusters: 20, restarts },
  { name: "fewer clusters than blobs", data: blobs(800, 6, 12, 3, 3), columns: 6, clusters: 5, restarts },
  { name: "no clusters at all", data: normalTable(800, 5, 4), columns: 5, clusters: 8, restarts },
];

const golden: Case[] = goldenCases().flatMap(({ name, meta, path }) =>
  Object.keys(meta.modalities).map((modality) => {
    const { data, columns } = readFloats(path(`${modality}_feat.npy`));
    return { name: `golden ${name} ${modality}`, data, columns, clusters: meta.clusters, restarts };
  }),
);

const tiktok: Case[] = ["image", "audio"].flatMap((modality) => {
  if (tiktokAbsent !== undefined) return [];
  const { data, columns } = readFloats(`${tiktokFolder}/${modality}_feat.npy`);
  const prepared = naivePrepare(rowsOf(data, columns), "center+l2").map((row) => row!);
  return [
    { name: `TikTok ${modality}, raw`, data, columns, clusters: 8, restarts: defaultRestarts },
    {
      name: `TikTok ${modality}, centered and normalized`,
      data: flat(prepared),
      columns,
      clusters: 8,
      restarts: defaultRestarts,
    },
  ];
});

const sklearnAbsent = pythonAbsent("sklearn");
if (sklearnAbsent !== undefined) console.warn(`Skipped, inertia beside scikit-learn's: ${sklearnAbsent}`);
if (tiktokAbsent !== undefined) console.warn(`Skipped, inertia on TikTok: ${tiktokAbsent}`);

describe.skipIf(sklearnAbsent !== undefined)("The inertia of k-means", () => {
  const cases = [...generated, ...golden, ...tiktok];
  let theirs: number[];

  beforeAll(() => {
    const script = `
from sklearn.cluster import KMeans
clusters = ${JSON.stringify(cases.map(({ clusters }) => clusters))}
answer = [
    float(KMeans(n_clusters=k, n_init=10, random_state=0).fit(table).inertia_)
    for k, table in zip(clusters, tables)
]`;
    theirs = runPython<number[]>(script, cases);
  });

  it.each(cases.map((one, index) => ({ ...one, index })))(
    "exceeds scikit-learn's best of 10 by at most 1 %: $name",
    async (one) => {
      const { inertia } = await clusterRows(one, one);
      expect(inertia).toBeLessThanOrEqual(1.01 * theirs[one.index]!);
    },
  );

  it.skipIf(tiktokAbsent !== undefined)("is compared on TikTok too", () => {
    expect(tiktok.length).toBe(4);
  });
});
