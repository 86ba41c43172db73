import { flowRuns } from "../schema/flow-runs.ts";
import type { State } from "../schema/states.ts";
import type { Session } from "./session.ts";

const pollEvery = 5000;
/** Without a network there are no events, and polling is cheap. */
const pollInProcess = 200;

interface FollowOptions {
  /** Checked whenever something may have happened; true stops following. */
  isOver(state: State | null): boolean;
  /** Registers a callback for further reasons to check; returns the function that removes it. */
  alsoOn?(look: () => void): () => void;
}

/** Follows the state of a flow run: by events, and by occasional polling in case one was missed. */
export async function follow(
  { client, transport }: Session,
  id: string,
  { isOver, alsoOn }: FollowOptions,
): Promise<State | null> {
  const bell = new WakeSignal(transport.listen ? pollEvery : pollInProcess);
  const listener = transport.listen?.({
    filter: { event: { prefix: ["prefect.flow-run."] }, any_resource: { id: [`prefect.flow-run.${id}`] } },
    onEvent: () => bell.ring(),
    onLive: () => bell.ring(),
  });
  const stop = alsoOn?.(() => bell.ring());
  try {
    for (;;) {
      const { state } = await client.call(flowRuns.read, { id });
      if (isOver(state)) return state;
      await bell.rung();
    }
  } finally {
    stop?.();
    listener?.close();
  }
}

/** Wakes its waiter when rung, also if rung before the wait, and at the latest after a timeout. */
class WakeSignal {
  readonly #longest: number;
  #hasRung = false;
  #wake = () => {};

  constructor(longest: number) {
    this.#longest = longest;
  }
  ring(): void {
    this.#hasRung = true;
    this.#wake();
  }
  async rung(): Promise<void> {
    if (!this.#hasRung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#longest);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#hasRung = false;
  }
}
