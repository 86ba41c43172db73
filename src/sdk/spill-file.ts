import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Spill, SpilledText } from "../client/events.ts";

/** An unlinked temporary file, created on first use: it disappears with the process, however that ends. */
export class SpillFile implements Spill {
  readonly #most: number;
  #file: number | undefined;
  #end = 0;
  #isFull = false;

  /** `most`: maximum size in bytes. */
  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#isFull || this.#end >= this.#most;
  }

  write(text: string): SpilledText | undefined {
    if (this.isFull) return undefined;
    try {
      this.#file ??= unnamed();
      const bytes = writeAll(this.#file, Buffer.from(text), this.#end);
      const written = { at: this.#end, bytes };
      this.#end += bytes;
      return written;
    } catch {
      // No folder for it, or no disk space: events are kept in memory, and work waits.
      this.#isFull = true;
      return undefined;
    }
  }

  read({ at, bytes }: SpilledText): string {
    if (this.#file === undefined) throw new Error("Nothing was written to it.");
    const buffer = Buffer.alloc(bytes);
    for (let read = 0; read < bytes; ) {
      const count = readSync(this.#file, buffer, read, bytes - read, at + read);
      if (count === 0) throw new Error(`The file of events ends after ${at + read} bytes.`);
      read += count;
    }
    return buffer.toString();
  }

  clear(): void {
    this.#end = 0;
    this.#isFull = false;
    if (this.#file === undefined) return;
    ftruncateSync(this.#file);
    closeSync(this.#file);
    this.#file = undefined;
  }
}

function unnamed(): number {
  const path = join(tmpdir(), `praetor-events-${process.pid}-${crypto.randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return file;
}

function writeAll(file: number, buffer: Buffer, at: number): number {
  for (let written = 0; written < buffer.length; )
    written += writeSync(file, buffer, written, buffer.length - written, at + written);
  return buffer.length;
}
