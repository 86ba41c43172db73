import type { EventSink } from "../client/events.ts";
import { isDisabled } from "./environment.ts";
import { type FlowRun, flowRunOf } from "./flow-run.ts";
import type { LogTarget } from "./logger.ts";
import { currentContext, type Run } from "./run.ts";
import { Scheduler } from "./scheduler.ts";
import { DeferredSink, session } from "./session.ts";

/** The context in which a new task run starts. */
export interface RunEnvironment {
  parent: Run | undefined;
  flow: FlowRun | undefined;
  scopeTags: readonly string[];
  sink: EventSink;
  logs: LogTarget;
  scheduler: Scheduler;
}

const concurrency = 100;

export function runEnvironment(): RunEnvironment {
  const { run, tags } = currentContext();
  const flow = flowRunOf(run);
  if (flow) {
    return {
      parent: run,
      flow,
      scopeTags: tags,
      sink: flow.sink,
      logs: flow.session.logs,
      scheduler: flow.scheduler,
    };
  }
  return {
    parent: run,
    flow: undefined,
    scopeTags: tags,
    ...(isDisabled() ? disabledRunner : sharedRunner()),
  };
}

type SharedRunner = Pick<RunEnvironment, "sink" | "logs" | "scheduler">;

/** Tasks outside any flow share one runner. */
function sharedRunner(): SharedRunner {
  const open = session();
  if (shared?.open === open) return shared;
  const sink = new DeferredSink(open.then(({ events }) => events));
  const logs: LogTarget = {
    ship: (line, attempt) => void open.then(({ logs }) => logs.ship(line, attempt)).catch(() => {}),
    print: (level, text) => void open.then(({ logs }) => logs.print(level, text)).catch(() => {}),
  };
  shared = { open, sink, logs, scheduler: new Scheduler(concurrency, () => sink.room()) };
  return shared;
}
let shared: (SharedRunner & { open: ReturnType<typeof session> }) | undefined;

const disabledRunner: SharedRunner = {
  sink: { remembers: true, send() {}, flush: async () => {}, room: () => undefined, close: async () => {} },
  logs: { ship() {}, print() {} },
  scheduler: new Scheduler(concurrency, () => undefined),
};
