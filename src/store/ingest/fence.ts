import { isGivenUp } from "../../schema/attempt-tokens.ts";
import type { ListResult, SentEvent } from "../engine/protocol.ts";
import { attemptOf } from "./recorder.ts";
import type { StoredFlowRun } from "./run-recording.ts";

/** Fencing: rejects events of attempts whose flow run belongs to another attempt by now, and collects their tokens. */
export class Fence {
  readonly #flowRun: (id: string) => StoredFlowRun | undefined;
  readonly #givenUp = new Set<string>();

  constructor(flowRun: (id: string) => StoredFlowRun | undefined) {
    this.#flowRun = flowRun;
  }

  stops(event: SentEvent): boolean {
    const attempt = attemptOf(event);
    if (!attempt) return false;
    const run = this.#flowRun(attempt.flowRunId);
    if (!run || !isGivenUp(run.attempts, attempt.token)) return false;
    this.#givenUp.add(attempt.token);
    return true;
  }

  mark(result: ListResult): ListResult {
    return this.#givenUp.size === 0 ? result : { ...result, givenUp: [...this.#givenUp] };
  }
}
