/**
 * Starts a worker under the page's own content security policy, wherever the page is served from: a worker whose address is a
 * `blob:` has the policy of the page that made it, and one whose address is a file that of the file's server, which may have none.
 *
 * @param module The address of the worker's module.
 */
export function startModuleWorker(module: string): Worker {
  const address = new URL(module, import.meta.url).href;
  const source = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  const worker = new Worker(url, { type: "module" });
  // The browser holds the content from here on.
  URL.revokeObjectURL(url);
  return worker;
}
