/** Sets `bytes` bytes to 0: the typed arrays of JavaScript take ten times as long where memory is shared. */
export function zeroBytes(address: usize, bytes: usize): void {
  memory.fill(address, 0, bytes);
}

/** Copies `bytes` bytes. */
export function copyBytes(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}
