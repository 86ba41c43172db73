import type { EventStep, Request, RunsRequest, Step, Value } from "./protocol.ts";

// Encodes steps for transfer between threads. Property names, and long SQL texts even more, are copied and hashed
// each time: so steps are lists, and a text sent before is a number.

type Steps = Extract<Request, { kind: "steps" }>;
type SentStep =
  | readonly [sql: string | number, values: readonly Value[], reads: boolean, runs: RunsRequest | null]
  | readonly [event: readonly Value[], related: string | null];
export type SentRequest = Exclude<Request, Steps> | (Omit<Steps, "steps"> & { steps: SentStep[] });

/** Number of texts that get a number, in order of first use; later ones are sent in full. */
const maxTexts = 1000;

/** The sending end of a connection. */
export class StepSender {
  readonly #numbers = new Map<string, number>();

  sent(requests: readonly Request[]): SentRequest[] {
    return requests.map((request) =>
      request.kind === "steps"
        ? { ...request, steps: request.steps.map((step) => this.#packed(step)) }
        : request,
    );
  }

  #packed(step: Step | EventStep): SentStep {
    if ("event" in step) return [step.event, step.related];
    const { sql, values, reads, runs = null } = step;
    const number = this.#numbers.get(sql);
    if (number === undefined && this.#numbers.size < maxTexts) this.#numbers.set(sql, this.#numbers.size);
    return [number ?? sql, values, reads, runs];
  }
}

/** The receiving end: it numbers the texts itself, so it must see all messages in order. */
export class StepReceiver {
  readonly #texts: string[] = [];

  received(requests: readonly SentRequest[]): Request[] {
    return requests.map((request) =>
      request.kind === "steps"
        ? { ...request, steps: request.steps.map((step) => this.#unpacked(step)) }
        : request,
    );
  }

  #unpacked(step: SentStep): Step | EventStep {
    if (step.length === 2) return { event: step[0], related: step[1] };
    const [text, values, reads, runs] = step;
    return { sql: this.#textOf(text), values, reads, ...(runs && { runs }) };
  }

  #textOf(sql: string | number): string {
    if (typeof sql === "number") return this.#texts[sql] ?? "";
    if (this.#texts.length < maxTexts) this.#texts.push(sql);
    return sql;
  }
}
