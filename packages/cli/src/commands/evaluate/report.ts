import type { Observer } from "@wellbegun/core";
import { type ReportInput, renderReport } from "@wellbegun/evaluation-report";
import { CONTROL_NOTE } from "../../shared/compared-data.ts";
import { count } from "../../shared/format.ts";
import type { Io } from "../../shared/io.ts";
import { packageVersion } from "../../shared/versions.ts";
import { writeWhole } from "../../shared/write-whole.ts";
import type { Evaluation } from "./run.ts";

/**
 * Writes what `evaluate` found as an HTML page, as a whole or not at all.
 *
 * @throws {WellbegunError} `io` if the file cannot be written; `aborted`.
 */
export async function writeReport(
  path: string,
  dataset: string,
  found: Evaluation,
  observer: Observer,
  io: Io,
): Promise<void> {
  const { comparison, judged, masked, seed, options } = found;
  const { userCount, itemCount } = found.dataset.train;
  const shown = comparison.contestants.at(-1)!;
  observer.onProgress?.({ stage: "export", done: 0, total: 1, note: "report" });
  const input: ReportInput = {
    title: found.dataset.name ?? dataset,
    facts: [
      ["dataset", dataset],
      ["users, items", `${count(userCount)}, ${count(itemCount)}`],
      ["train interactions", count(found.dataset.counts.train)],
      [
        "to be found",
        `${count(comparison.interactions)} ${comparison.split} rows of ${count(comparison.users)} users`,
      ],
      ...(comparison.overlap === 0
        ? []
        : [
            [
              "left out",
              `${count(comparison.overlap)} ${comparison.split} rows, which users have in their seen rows`,
            ] as const,
          ]),
      ["vectors", found.source === null ? "made as init makes them" : Object.values(found.source).join(", ")],
      ...(found.control === null ? [] : [["control", CONTROL_NOTE] as const]),
      ...found.notes.filter((note) => note !== CONTROL_NOTE).map((note) => ["note", note] as const),
      ...(options === null ? [] : [["options", optionsText(options)] as const]),
      ["ranking", "exact, seen items masked, ties to the lowest item"],
      ["backend", `${found.backend.name} (${found.backend.device})`],
      ["seed", `${seed}`],
      ["wellbegun", packageVersion("wellbegun")],
    ],
    comparison,
    masked: masked?.comparison,
    // Before and after: what a model starts from without these tables, and what it starts from with them.
    spaces: [
      { name: "random start", tables: found.random.tables },
      { name: judged.name, tables: judged.tables },
    ],
    neighborLists: [
      ...(shown.itemCf === null ? [] : [{ name: shown.name, lists: shown.itemCf.lists }]),
      ...(shown.control?.itemCf == null
        ? []
        : [{ name: "rows permuted (control)", lists: shown.control.itemCf.lists }]),
    ],
    labels: found.labels,
    tables: contentTables(found),
    seed,
  };
  await writeWhole(path, await renderReport(input, observer), "writing the report", io);
}

function contentTables({ cka, explained }: Evaluation): NonNullable<ReportInput["tables"]> {
  const names = Object.keys(cka ?? {});
  const shares = Object.entries(explained ?? {});
  return [
    ...(cka === null
      ? []
      : [
          {
            title: "Linear CKA between contents",
            columns: ["", ...names],
            rows: names.map((name) => [name, ...names.map((other) => cka[name]![other]!)]),
          },
        ]),
    ...(shares.length === 0
      ? []
      : [
          {
            title: "Share of a user's variance that clusters explain",
            columns: ["modality", "share"],
            rows: shares.map(([name, share]) => [name, share]),
          },
        ]),
  ];
}

function optionsText({
  modalities,
  lambda,
  normalization,
  clusters,
  project,
  dim,
  scale,
  combine,
}: NonNullable<Evaluation["options"]>): string {
  const own = modalities.map(
    (name) => `${name}: lambda ${lambda[name]}, ${normalization[name]}, K ${clusters[name]}`,
  );
  return [...own, `combine ${combine}`, `project ${project} to ${dim}`, `scale ${scale}`].join("; ");
}
