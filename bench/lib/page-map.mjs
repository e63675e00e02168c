/** The playground's map while it is moved: what a frame costs the page. */

import { view } from "./page.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {object} MovedMap
 * @property {number} frames frames with drawing in them
 * @property {number} mainThread milliseconds of CPU of the page's main thread, a frame
 * @property {number[]} script milliseconds on the clock of handlers and drawing, of each frame
 * @property {number} drawCalls a frame
 * @property {number} uploaded bytes sent to the GPU, a frame
 * @property {number} framesPerSecond
 */

/** How the map is moved, one call a step. @type {Record<string, (page: Page, x: number, y: number, step: number) => Promise<void>>} */
const ways = {
  dragged: async (page, x, y, step) => {
    if (step === 0) await page.mouse.down();
    const angle = (step / 30) * Math.PI;
    await page.mouse.move(x + 80 * Math.sin(angle), y + 80 * (1 - Math.cos(angle)));
  },
  "zoomed by wheel": (page, _x, _y, step) => page.mouse.wheel(0, step % 40 < 20 ? -60 : 60),
  "moved by keys": (page, _x, _y, step) =>
    page.keyboard.press(["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "+", "-"][step % 6] ?? "0"),
  "stepped by keys": (page, _x, _y, step) =>
    page.keyboard.press(step % 20 < 10 ? "Shift+ArrowRight" : "Shift+ArrowLeft"),
};

/**
 * Moves the map of a bundle in every way, 120 steps each.
 * @param {Browser} browser
 * @param {string} url
 * @returns {Promise<Record<string, MovedMap>>}
 */
export async function measuredMap(browser, url) {
  const page = await browser.newPage(view);
  await page.addInitScript(countDrawing);
  await page.goto(url);
  await page.waitForSelector("#map[data-points]");
  const { x, y, width, height } = /** @type {DOMRect} */ (
    await page.evaluate(() => document.querySelector("#map")?.getBoundingClientRect().toJSON())
  );
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const counters = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const task = metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
    const drawn = /** @type {{ calls: number, bytes: number, frames: number[] }} */ (
      await page.evaluate("globalThis.drawing.taken()")
    );
    return { task, ...drawn };
  };
  /** @type {Record<string, MovedMap>} */
  const found = {};
  for (const [name, move] of Object.entries(ways)) {
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.focus("#map");
    await page.waitForTimeout(500);
    const before = await counters();
    const started = performance.now();
    for (let step = 0; step < 120; step++) await move(page, x + width / 2, y + height / 2, step);
    const seconds = (performance.now() - started) / 1000;
    const { task, calls, bytes, frames } = await counters();
    await page.mouse.up();
    found[name] = {
      frames: frames.length,
      mainThread: ((task - before.task) * 1000) / frames.length,
      script: frames,
      drawCalls: calls / frames.length,
      uploaded: bytes / frames.length,
      framesPerSecond: frames.length / seconds,
    };
  }
  await page.close();
  return found;
}

/**
 * Runs in the page before its own code: counts draw calls and bytes sent to the GPU, and measures the script of each frame with
 * drawing in it, from the handlers of the input before it to the end of its drawing.
 */
function countDrawing() {
  let [calls, bytes, script, drawn] = [0, 0, 0, 0];
  /** @type {number[]} */
  let frames = [];
  const taken = () => {
    const all = { calls, bytes, frames };
    [calls, bytes, frames] = [0, 0, []];
    return all;
  };
  Object.assign(globalThis, { drawing: { taken } });
  /** @template T @param {() => T} work */
  const timed = (work) => {
    const start = performance.now();
    try {
      return work();
    } finally {
      script += performance.now() - start;
    }
  };
  const ownFrame = requestAnimationFrame;
  Object.assign(globalThis, {
    requestAnimationFrame: (/** @type {FrameRequestCallback} */ callback) =>
      ownFrame((time) => {
        const before = drawn;
        timed(() => callback(time));
        if (drawn === before) return;
        frames.push(script);
        script = 0;
      }),
  });
  const listen = EventTarget.prototype.addEventListener;
  /** @this {EventTarget} @param {string} type @param {any} listener @param {any} options */
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const isInput = ["mousemove", "wheel", "keydown"].includes(type) && typeof listener === "function";
    listen.call(
      this,
      type,
      isInput ? (/** @type {Event} */ event) => timed(() => listener.call(this, event)) : listener,
      options,
    );
  };
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of /** @type {const} */ (["drawArrays", "drawElements"])) {
      const own = /** @type {(...args: unknown[]) => void} */ (prototype[name]);
      Object.assign(prototype, {
        /** @this {WebGLRenderingContext} @param {unknown[]} args */
        [name](...args) {
          calls++;
          drawn++;
          return own.apply(this, args);
        },
      });
    }
    for (const name of /** @type {const} */ ([
      "bufferData",
      "bufferSubData",
      "texImage2D",
      "texSubImage2D",
    ])) {
      const own = /** @type {(...args: unknown[]) => void} */ (prototype[name]);
      Object.assign(prototype, {
        /** @this {WebGLRenderingContext} @param {unknown[]} args */
        [name](...args) {
          for (const value of args) if (ArrayBuffer.isView(value)) bytes += value.byteLength;
          return own.apply(this, args);
        },
      });
    }
  }
}
