import { count } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { WireResult } from "./run.ts";

/** Prints the result of wiring as text. */
export function wireSections(result: WireResult, colors: Colors): string[] {
  const { target, out, written, tables, users, items, parameters, files, warnings, command, language } =
    result;
  return [
    `${colors.strong(written ? "Wired" : "Would wire")}  ${target}  into ${out}`,
    ...pairs(
      [
        ["bundle", result.bundle],
        ["tables", tables],
        ["users", count(users)],
        ["items", count(items)],
        ["dataset", comparedWith(result)],
        ...(result.scaleFactor === 1 ? [] : [["scale", `x ${result.scaleFactor}`] as [string, string]]),
        ...(result.control === null ? [] : [["control", colors.bad(result.control)] as [string, string]]),
      ],
      colors.faint,
    ),
    "",
    ...(parameters.length === 0 ? [] : parameterTable(parameters, colors)),
    ...files.map(({ name, from, columns, purpose }) => `${name}, ${from} x ${count(columns)}: ${purpose}`),
    ...(files.length === 0 ? [] : [""]),
    ...warnings.map((warning) => `${colors.bad("note:")} ${warning}`),
    ...(warnings.length === 0 ? [] : [""]),
    `${colors.strong(language === "sh" ? "To train, run" : "To train, in your program")}`,
    ...command.map((line) => `  ${line}`),
    "",
  ];
}

function parameterTable(parameters: WireResult["parameters"], colors: Colors): string[] {
  return [
    ...table(
      [
        { title: "parameter" },
        { title: "from" },
        { title: "width", align: "right" },
        { title: "tensor" },
        { title: "file" },
      ],
      parameters.map(({ path, from, width, tensor, file }) => [path, from, count(width), tensor, file]),
      colors.faint,
    ),
    "",
  ];
}

function comparedWith({ dataset, data }: WireResult): string {
  if (dataset === null || data === null) return "not found, so that the bundle was compared with none";
  const words = {
    same: "the bundle was computed from it",
    other: "the bundle was computed from other data",
    unknown: "the same users and items",
  };
  return `${dataset} (${words[data]})`;
}
