import { randomBytes } from "node:crypto";
import type { TraceContext } from "./trace-context.ts";

export type Attributes = Record<string, string | number | boolean | null | undefined>;

/** Numbers of OpenTelemetry. */
export const spanKinds = { internal: 1, server: 2 } as const;

/** A part of the server's work: its name, time, parent and result. */
export class Span {
  readonly context: TraceContext;
  readonly parentId: string | undefined;
  name: string;
  readonly kind: number;
  readonly began = now();
  readonly links: TraceContext[] = [];
  ended = 0;
  attributes: Attributes = {};
  failure: string | undefined;
  readonly #root: Root;

  constructor(
    name: string,
    { parent, kind, root }: { parent?: TraceContext | undefined; kind: number; root: Root },
  ) {
    this.name = name;
    this.kind = kind;
    this.parentId = parent?.spanId;
    const traceId = parent?.traceId ?? randomBytes(16).toString("hex");
    this.context = { traceId, spanId: randomBytes(8).toString("hex"), isSampled: true };
    this.#root = root;
  }

  child(name: string): Span {
    return new Span(name, { parent: this.context, kind: spanKinds.internal, root: this.#root });
  }

  set(attributes: Attributes): void {
    this.attributes = { ...this.attributes, ...attributes };
  }

  /** Links to a related trace. */
  link(context: TraceContext): void {
    this.links.push(context);
  }

  fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.keep();
  }

  /** Marks its trace as worth exporting. */
  keep(): void {
    this.#root.keep();
  }

  end(): void {
    this.ended = now();
    this.#root.add(this);
  }
}

/** Milliseconds since the epoch, with fractions. */
const now = () => performance.timeOrigin + performance.now();

/**
 * Collects the spans of one occasion. Those of a service that runs each second and finds nothing to do are held until
 * its end, and dropped.
 */
export class Root {
  readonly #send: (span: Span) => void;
  #held: Span[] | undefined;

  constructor(send: (span: Span) => void, { isHeld }: { isHeld: boolean }) {
    this.#send = send;
    this.#held = isHeld ? [] : undefined;
  }

  keep(): void {
    for (const span of this.#held ?? []) this.#send(span);
    this.#held = undefined;
  }

  add(span: Span): void {
    if (this.#held) this.#held.push(span);
    else this.#send(span);
  }
}
