const whole: boolean = process.env.WELLBEGUN_NIGHTLY === "1";

/**
 * Whether this run takes everything: `npm run nightly` does, and `npm test` and CI leave out what takes minutes and
 * rarely breaks.
 *
 * @param what What is left out otherwise; printed.
 */
export function nightly(what: string): boolean {
  if (!whole) console.log(`Left to npm run nightly: ${what}.`);
  return whole;
}
