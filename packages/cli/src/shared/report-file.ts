import { checkOutputFile } from "./output-file.ts";

/**
 * Throws if the report's path is an input or an existing file that is not a report; an earlier report is
 * replaced.
 */
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
