import type { Json } from "../../schema/scalars.ts";

export interface Message {
  subject: string;
  body: string;
}

const notifyTypes = ["info", "success", "warning", "failure"] as const;
export type NotifyType = (typeof notifyTypes)[number];

/** The data of a block, read with care: a client may have stored anything under its keys. */
export class BlockData {
  readonly #data: Json;

  constructor(data: Json) {
    this.#data = data;
  }

  /** Throws when there is none. */
  text(key: string): string {
    const value = this.optional(key);
    if (value === undefined) throw new Error(`expected a text in the field '${key}' of the block`);
    return value;
  }

  optional(key: string): string | undefined {
    const value = this.#data[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  list(key: string): string[] {
    const value = this.#data[key];
    return Array.isArray(value) ? value.map(String) : [];
  }

  map(key: string): Record<string, string> {
    const value = this.#data[key];
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, String(inner)]));
  }

  notifyType(): NotifyType {
    return notifyTypes.find((type) => type === this.#data.notify_type) ?? "info";
  }
}
