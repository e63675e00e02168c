import type { RecordedOptions, Report } from "@wellbegun/core";
import { byteSize, count, duration, percent, plural, quantity } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { QualityName } from "./quality.ts";
import type { InitResult } from "./run.ts";

/** Prints what was done and the results. */
export function resultSections(result: InitResult, judged: boolean, colors: Colors): string[] {
  return [
    ...stageSection(result, colors),
    ...tableSection(result, colors),
    ...weightSection(result.report, colors),
    ...clusterSection(result.report, colors),
    ...coverageSection(result.report, colors),
    ...warningSection(result.report, colors),
    ...(judged ? qualitySection(result, colors) : []),
    ...bundleSection(result, colors),
  ];
}

function stageSection({ times, backend }: InitResult, colors: Colors): string[] {
  const { name, device, threads } = backend;
  const what = device === name ? name : `${name} (${device})`;
  const rows = Object.entries(times).map(([stage, time]) => [stage, duration(time ?? 0)]);
  return [
    `${colors.strong("Stages")}  on ${what}, ${plural(threads, "thread")}`,
    ...table([{ title: "" }, { title: "", align: "right" }], rows, colors.faint),
    "",
  ];
}

function tableSection({ report, options }: InitResult, colors: Colors): string[] {
  const rows = Object.entries(report.tables).map(([name, { rows, columns, before, after }]) => [
    name,
    `${count(rows)} x ${columns}`,
    quantity(before.mean),
    quantity(after.mean),
    quantity(after.rms),
  ]);
  return [
    `${colors.strong("Tables")}  mean row norm before and after scaling (${options.scale})`,
    ...table(
      [
        { title: "table" },
        { title: "shape", align: "right" },
        { title: "before", align: "right" },
        { title: "after", align: "right" },
        { title: "RMS", align: "right" },
      ],
      rows,
      colors.faint,
    ),
    "",
  ];
}

function weightSection({ weighting }: Report, colors: Colors): string[] {
  if (weighting === null) return [];
  const { k, users, recall, weights } = weighting;
  const rows = Object.entries(recall).map(([modality, found]) => [
    modality,
    quantity(found),
    quantity(weights[modality]!),
  ]);
  return [
    `${colors.strong("Weights")}  by what each modality finds alone on the validation rows of ${plural(users, "user")}`,
    ...table(
      [{ title: "modality" }, { title: `Recall@${k}`, align: "right" }, { title: "weight", align: "right" }],
      rows,
      colors.faint,
    ),
    "",
  ];
}

function clusterSection(report: Report, colors: Colors): string[] {
  const rows = Object.entries(report.clusters).map(([modality, found]) => [
    modality,
    `${found.clusters}`,
    quantity(found.inertia),
    `${found.iterations}${found.converged ? "" : " (not converged)"}`,
    sizes(found.sizes),
  ]);
  return [
    `${colors.strong("Clusters")}  k-means over the items`,
    ...table(
      [
        { title: "modality" },
        { title: "K", align: "right" },
        { title: "inertia", align: "right" },
        { title: "iterations", align: "right" },
        { title: "items in each, largest first" },
      ],
      rows,
      colors.faint,
    ),
    ...Object.entries(report.clusters).flatMap(([modality, { sample }]) =>
      sample === undefined
        ? []
        : [
            `  ${modality} from ${plural(sample.items, "item")}: one more iteration over all would save at least ${percent(sample.excess)} of the inertia`,
          ],
    ),
    "",
  ];
}

/** Cluster sizes; the middle ones are omitted if there are many. */
function sizes(counts: readonly number[]): string {
  const sorted = counts.toSorted((a, b) => b - a).map(String);
  return sorted.length <= 8 ? sorted.join(" ") : [...sorted.slice(0, 6), "…", sorted.at(-1)].join(" ");
}

function coverageSection(report: Report, colors: Colors): string[] {
  const entries: [string, string][] = Object.entries(report.explained).map(([group, share]) => [
    `${group} kept by the projection`,
    share === null ? "not defined" : `${percent(share)} of the squared norms`,
  ]);
  const fallback = (number: number): string => (number === 0 ? "0" : `${count(number)}, given the mean item`);
  entries.push(["users without history", fallback(report.usersWithoutHistory.count)]);
  for (const [modality, { count: without }] of Object.entries(report.usersWithoutModality)) {
    if (without > 0) entries.push([`users without ${modality}`, `${count(without)}, given its mean`]);
  }
  for (const [modality, { missingItems }] of Object.entries(report.input.modalities)) {
    if (missingItems > 0)
      entries.push([`items without ${modality}`, `${count(missingItems)}, given its mean`]);
  }
  entries.push(["items without features", fallback(report.itemsWithoutFeatures.count)]);
  entries.push(["items that nobody touched", count(report.input.itemsWithoutUsers)]);
  return [colors.strong("Coverage"), ...pairs(entries, colors.faint), ""];
}

function warningSection({ warnings }: Report, colors: Colors): string[] {
  if (warnings.length === 0) return [];
  return [colors.strong("Warnings"), ...warnings.map(({ message }) => `  ${message}`), ""];
}

function qualitySection({ quality, options }: InitResult, colors: Colors): string[] {
  const title = colors.strong("Quality");
  if (quality === null) return [`${title}  no validation rows, so nothing could be judged`, ""];
  if (quality.rows.length === 0) {
    const found = `validation rows that are not train rows too: 0 of ${count(quality.overlap)}`;
    return [`${title}  ${found}; nothing could be judged`, ""];
  }
  const rows = quality.rows.map(({ name, recall, ndcg }) => [
    contestantName(name, options),
    recall.toFixed(4),
    ndcg.toFixed(4),
  ]);
  const lines = table(
    [
      { title: "user vectors" },
      { title: `Recall@${quality.k}`, align: "right" },
      { title: `NDCG@${quality.k}`, align: "right" },
    ],
    rows,
    colors.faint,
  );
  const fused = 1 + quality.rows.findIndex(({ name }) => name === "fused");
  const leftOut = quality.overlap === 0 ? "" : `; left out: ${plural(quality.overlap, "row")} of train`;
  return [
    `${title}  ${count(quality.interactions)} validation rows of ${plural(quality.users, "user")}; train items masked, no training${leftOut}`,
    ...lines.map((line, index) => (index === fused ? colors.good(line) : line)),
    "",
  ];
}

function contestantName(name: QualityName, { lambda }: RecordedOptions): string {
  const lambdas = [...new Set(Object.values(lambda))];
  const names: Readonly<Record<QualityName, string>> = {
    random: "random table",
    popularity: "popularity (no vectors)",
    local: "local only (lambda 1)",
    global: "global only (lambda 0)",
    fused: `fused (lambda ${lambdas.length === 1 ? lambdas[0] : "by modality"})`,
    permuted: "fused, rows permuted (control)",
  };
  return names[name];
}

function bundleSection({ out, files, control, totalTime, peakMemory }: InitResult, colors: Colors): string[] {
  const rows = Object.entries(files).map(([name, bytes]) => [name, byteSize(bytes)]);
  return [
    `${colors.strong("Bundle")}  ${out}${control === null ? "" : `  (${colors.bad("control")}: its rows are permuted and mean nothing)`}`,
    ...table([{ title: "" }, { title: "", align: "right" }], rows, colors.faint),
    "",
    `${colors.good("Done")} in ${duration(totalTime)}, peak memory ${byteSize(peakMemory)}.`,
  ];
}
