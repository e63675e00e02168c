import { WellbegunError } from "../errors.ts";

/** An object on a device that is disposed of before the device. */
interface Owned {
  dispose(): void;
}

/**
 * The handles that a backend gives its caller, each with the device's object until it is disposed of. Handles
 * of another backend, and those that were disposed of, are refused here and nowhere else.
 */
export class Handles<H extends object, T extends Owned> {
  readonly #noun: string;
  readonly #sizeOf: (handle: H) => string;
  readonly #objects: Map<H, T> = new Map();
  readonly #disposed: WeakSet<H> = new WeakSet();

  /**
   * @param noun What a handle stands for, for messages: "a matrix".
   * @param sizeOf Its size, for messages: "4 x 3".
   */
  constructor(noun: string, sizeOf: (handle: H) => string) {
    this.#noun = noun;
    this.#sizeOf = sizeOf;
  }

  /** Keeps the object of a new handle, and returns the handle. */
  add(handle: H, object: T): H {
    this.#objects.set(handle, object);
    return handle;
  }

  /**
   * The object of a handle; throws `disposed` if it was disposed of, `mismatch` if the handle is of another
   * backend.
   */
  get(doing: string, handle: H): T {
    const object = this.#objects.get(handle);
    if (object !== undefined) return object;
    const size = this.#sizeOf(handle);
    if (this.#disposed.has(handle)) {
      const expected = `${this.#noun} that was not disposed`;
      throw new WellbegunError("disposed", { doing, expected, found: `a disposed one of ${size}` });
    }
    const expected = `${this.#noun} of this backend`;
    throw new WellbegunError("mismatch", { doing, expected, found: `one of another backend, of ${size}` });
  }

  /** Disposes of the object of a handle; a second time does nothing. */
  dispose(handle: H): void {
    const object = this.#objects.get(handle);
    if (object === undefined) return;
    this.#objects.delete(handle);
    this.#disposed.add(handle);
    object.dispose();
  }

  /** Disposes of every object that is left. */
  disposeAll(): void {
    for (const handle of [...this.#objects.keys()]) this.dispose(handle);
  }
}
