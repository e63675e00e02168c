/**
 * Starts a worker under the page's own content security policy, wherever the page is served from: a worker whose address is a
 * `blob:` has the policy of the page that made it, and one whose address is a file that of the file's server, which may have none.
 *
 * @param module The address of the worker's module.
 */
export function startModuleWorker(module: string): Worker {
  const address = new URL(module, import.meta.url).href;
  // The worker itself gives its address up: browsers may read it only after the constructor has returned.
  const source = `import ${JSON.stringify(address)};\nURL.revokeObjectURL(import.meta.url);\n`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Worker(url, { type: "module" });
}
