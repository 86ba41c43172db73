import { isOutOfDisk } from "./errors.ts";

/** Whether there was room for what was written last: a database that can be read may still be able to store nothing. */
export class DiskSpace {
  #isShort = false;

  /** The last write failed because of the disk. */
  get isShort(): boolean {
    return this.#isShort;
  }

  wrote(): void {
    this.#isShort = false;
  }

  failed(error: unknown): void {
    if (isOutOfDisk(error)) this.#isShort = true;
  }
}
