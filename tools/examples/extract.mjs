/** Finds the examples in the documentation and what they say they print. */

/**
 * @typedef {object} Example
 * @property {string} place file and line of the code fence
 * @property {string} code
 * @property {string | undefined} left why it is not run; undefined for one that is
 */

/**
 * The TypeScript and JavaScript code fences of a page; both are compiled as TypeScript. One whose fence says "ts ignore" is left out on purpose; one that imports nothing
 * is part of a longer text and cannot stand alone.
 * @param {string} markdown
 * @param {string} file
 * @param {number} [firstLine]
 * @returns {Example[]}
 */
export function examplesOfMarkdown(markdown, file, firstLine = 1) {
  return [...markdown.matchAll(/^```(?:ts|typescript|js|javascript)\b([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    (match) => {
      const line = markdown.slice(0, match.index).split("\n").length - 1 + firstLine;
      const code = match[2] ?? "";
      return { place: `${file}:${line}`, code, left: reasonToLeave(match[1] ?? "", code) };
    },
  );
}

/**
 * The code fences below `@example` in the docstrings of a source file.
 * @param {string} source
 * @param {string} file
 * @returns {Example[]}
 */
export function examplesOfSource(source, file) {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((match) => {
    const text = match[0].replace(/^[ \t]*\* ?/gm, "");
    const at = text.indexOf("@example");
    if (at < 0) return [];
    const line = source.slice(0, match.index).split("\n").length + text.slice(0, at).split("\n").length - 1;
    return examplesOfMarkdown(text.slice(at).replace(/\n?\/$/, "\n"), file, line);
  });
}

/** @param {string} info @param {string} code */
function reasonToLeave(info, code) {
  if (/\bignore\b/.test(info)) return "marked ignore";
  return /^\s*import\b/m.test(code) ? undefined : "imports nothing, so it does not stand alone";
}

/**
 * The lines that an example says it prints: the comment behind a `console.log(...)`, and the comment lines
 * directly below one. A leading "=>", "→" or "Expected output:" is not part of the output.
 * @param {string} code
 * @returns {string[]}
 */
export function expectedOutput(code) {
  /** @type {string[]} */
  const expected = [];
  let state = /** @type {"code" | "inside" | "below"} */ ("code");
  for (const line of code.split("\n")) {
    const comment = /^\s*\/\/\s?(.*)$/.exec(line);
    if (state === "below" && comment !== null) {
      expected.push(withoutMarker(comment[1] ?? ""));
      continue;
    }
    if (/^\s*console\.log\(/.test(line)) state = "inside";
    else if (state === "below") state = "code";
    const end = /\);?(?:\s*\/\/\s?(.*))?$/.exec(line);
    if (state === "inside" && end !== null) {
      if (end[1] !== undefined) expected.push(withoutMarker(end[1]));
      state = "below";
    }
  }
  return expected;
}

/** @param {string} text */
function withoutMarker(text) {
  return text.replace(/^(?:=>|→|Expected output:)\s*/i, "").trimEnd();
}

/**
 * The first expected line that the output lacks; the lines must come in this order, others may stand between.
 * An ellipsis (… or ...) stands for any text.
 * @param {string[]} expected
 * @param {string} output
 * @returns {string | undefined}
 */
export function firstMissing(expected, output) {
  const printed = output.split("\n").map((line) => line.trim());
  let next = 0;
  for (const line of expected) {
    const parts = line
      .trim()
      .split(/…|\.\.\./)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`);
    const at = printed.findIndex((text, index) => index >= next && pattern.test(text));
    if (at < 0) return line;
    next = at + 1;
  }
  return undefined;
}
