/** A whole number with commas: 59,541. */
export function count(value: number): string {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A quantity with four significant digits: 0.01462, 12.34, 1,234. */
export function quantity(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e7 || (magnitude < 1e-4 && magnitude > 0)) return value.toExponential(3);
  if (magnitude >= 1000) return count(Math.round(value));
  return Number.isInteger(value) ? `${value}` : value.toPrecision(4);
}

/** A share as percent, with enough digits to distinguish it from 0 and 100. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.99 && share < 1 ? 3 : 1)} %`;
}

/** Bytes in decimal units: 2.38 MB. */
export function byteSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toPrecision(3)} ${units[unit]}`;
}

/** A duration: 0.004 s, 0.31 s, 12.3 s, 3 min 20 s. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  if (seconds >= 10) return `${seconds.toFixed(1)} s`;
  return `${seconds.toFixed(seconds < 0.01 ? 3 : 2)} s`;
}

/** A number and its noun: "1 user", "3 users". */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A difference with its sign: +0.0123. */
export function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(4)}`;
}
