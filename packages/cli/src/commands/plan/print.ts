import { count } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs } from "../../shared/text-table.ts";
import type { PlanResult } from "./run.ts";

/** Prints what was planned, and the commands that follow. */
export function planSections({ job, items, dim, modalities, log }: PlanResult, colors: Colors): string[] {
  return [
    `${colors.strong("Job")}  ${job}`,
    ...pairs(
      [
        ["items", count(items)],
        ["modalities", modalities.join(", ")],
        ["width", `${dim}`],
        ["log, read by the job", log.join(", ")],
      ],
      colors.faint,
    ),
    "",
    `${colors.good("Done.")} Next, where Spark is: spark-submit ${job}/job.py`,
    `Then: wellbegun collect ${job} --out <folder>`,
  ];
}
