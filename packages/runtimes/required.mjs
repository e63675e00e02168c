/** Which runtimes to run, and whose absence is a failure. */

/**
 * @param {Readonly<Record<string, string | undefined>>} env `CI`: all are required; `WELLBEGUN_REQUIRED_RUNTIMES`:
 * names separated by commas, or "all", which goes before CI
 * @param {readonly string[]} names of all runtimes
 * @returns {readonly string[]}
 */
export function requiredRuntimes({ CI, WELLBEGUN_REQUIRED_RUNTIMES }, names) {
  const isCI = CI !== undefined && CI !== "" && CI !== "false" && CI !== "0";
  const listed = WELLBEGUN_REQUIRED_RUNTIMES ?? (isCI ? "all" : "");
  if (listed.trim() === "all") return names;
  return known(listed.split(","), names, "WELLBEGUN_REQUIRED_RUNTIMES");
}

/**
 * The runtimes named on the command line, the reference, which comes first, always among them; all without names.
 * @param {readonly string[]} args
 * @param {readonly string[]} names of all runtimes
 * @returns {readonly string[]}
 */
export function selected(args, names) {
  return args.length === 0 ? names : [...names.slice(0, 1), ...known(args, names, "the command line")];
}

/**
 * @param {readonly string[]} listed
 * @param {readonly string[]} names
 * @param {string} place
 */
function known(listed, names, place) {
  const given = listed.map((name) => name.trim()).filter((name) => name !== "");
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  throw new Error(`Reading ${place}: expected some of ${names.join(", ")}, found "${unknown}"`);
}
