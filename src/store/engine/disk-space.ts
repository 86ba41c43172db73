import { isOutOfDisk } from "./errors.ts";

/** Whether the last write found disk space: a readable database may still be unable to write. */
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
