/** FNV-1a over the bytes of arrays: enough to detect other data, not forgery. */
export function hashOf(...arrays: readonly (Uint32Array | Float32Array | Uint8Array)[]): string {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
