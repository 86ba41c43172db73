import { flowRuns } from "../schema/flow-runs.ts";
import type { State } from "../schema/states.ts";
import type { Session } from "./session.ts";

const pollEvery = 5000;
/** Without a network there are no events, and asking costs nothing. */
const pollInProcess = 200;

interface FollowOptions {
  /** Looked at whenever something may have happened; true ends the following. */
  isOver(state: State | null): boolean;
  /** Registers what to call when there is another reason to look; returns the function that stops it. */
  alsoOn?(look: () => void): () => void;
}

/** Follows the state of a flow run: told by events, and by asking now and then in case one was missed. */
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

/** Rings when it is rung, also while nobody listens, and at the latest after a while. */
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
