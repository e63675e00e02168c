import { checkOutputFile } from "../../shared/output-file.ts";

/** Refuses a path for the report where an input or a file that is no report lies; an earlier report is replaced. */
export function checkReportFile(path: string, inputs: readonly string[]): Promise<void> {
  return checkOutputFile({
    path,
    what: "a report",
    inputs,
    isOwn: (start) => start.includes('<meta name="generator" content="wellbegun">'),
    replacesOwn: true,
    replacesAny: false,
    hint: "Choose another --report.",
  });
}
