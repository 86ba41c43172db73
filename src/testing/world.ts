import { pino } from "pino";
import { type Client, createClient } from "../client/client.ts";
import { type EventCreate, events } from "../schema/events.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type Flow, flows } from "../schema/flows.ts";
import { newId } from "../schema/ids.ts";
import type { Input, Output, Route } from "../schema/route.ts";
import { timestamp } from "../schema/scalars.ts";
import type { Settings } from "../schema/settings.ts";
import { Settings as SettingsSchema } from "../schema/settings.ts";
import { defaultStateName, type StateType } from "../schema/states.ts";
import { type TaskRun, taskRuns } from "../schema/task-runs.ts";
import { createApp } from "../server/app.ts";
import type { Connection } from "../server/http/request-metadata.ts";
import { type RunningServer, startServer } from "../server/start.ts";
import { openStore, type Store } from "../store/store.ts";

type StateInput = Input<typeof flowRuns.setState>["state"];
/** A state by its type alone, or with further fields. */
type SeedState = StateType | StateInput;

interface SeedFlowRun extends Partial<Omit<Input<typeof flowRuns.create>, "state" | "flow_id">> {
  /** Name of the flow; created when missing. */
  flow?: string;
  /** Forced states, written one after the other. */
  states?: readonly SeedState[];
}
interface SeedTaskRun {
  flowRun?: FlowRun;
  id?: string;
  name?: string;
  key?: string;
  tags?: string[];
  inputs?: TaskRun["task_inputs"];
  states?: readonly SeedState[];
}

export interface World {
  readonly store: Store;
  readonly client: Client;
  readonly settings: Settings;
  now(): number;
  readonly routes: readonly Route[];
  /** The app itself, for requests that the client cannot make. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  call<R extends Route>(route: R, input: Input<R>): Promise<Output<R>>;
  flow(name?: string): Promise<Flow>;
  flowRun(seed?: SeedFlowRun): Promise<FlowRun>;
  /** Reported as events, as engines report them. */
  taskRun(seed?: SeedTaskRun): Promise<TaskRun>;
  /** The same store behind a real port. */
  listen(at?: { port: number }): Promise<RunningServer>;
  close(): Promise<void>;
}

export interface WorldOptions {
  now?: () => number;
  /** Opens an empty store; default: in memory. */
  open?: (now: () => number) => Promise<Store>;
  settings?: Partial<Settings>;
}

/** A real server over a real store, by default in memory, without a network. */
export async function createWorld({
  now = Date.now,
  settings: overrides,
  open = (clock) => openStore({ path: ":memory:", now: clock }),
}: WorldOptions = {}): Promise<World> {
  const defaults = { home: "/nowhere", port: 0, logLevel: "error", encryptionKey: "the key of the tests" };
  const settings = SettingsSchema.parse({ ...defaults, ...overrides });
  const store = await open(now);
  const log = pino({ level: settings.logLevel });
  const app = createApp({ store, settings, log, now, version: "0.0.0" });
  const underWay = new Set<Promise<Response>>();
  const fetch: World["fetch"] = (request, connection) => {
    const answer = app.fetch(request, connection);
    underWay.add(answer);
    return answer.finally(() => underWay.delete(answer));
  };
  const client = createClient({
    baseUrl: "http://praetor.test/api",
    send: fetch,
    authString: settings.apiAuthString,
  });
  const servers: RunningServer[] = [];

  return {
    store,
    client,
    settings,
    now,
    fetch,
    routes: app.routes,
    call: (route, input) => client.call(route, input),
    flow: (name = "etl") => client.call(flows.create, { name }),
    flowRun: (seed) => seedFlowRun(client, seed),
    taskRun: (seed) => seedTaskRun(client, now, seed),
    async listen(at) {
      const server = await startServer({ store, settings: { ...settings, ...at }, now, version: "0.0.0" });
      servers.push(server);
      const close = () => {
        const place = servers.indexOf(server);
        if (place >= 0) servers.splice(place, 1);
        return place >= 0 ? server.close() : Promise.resolve();
      };
      return { ...server, close };
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      // A stopping server finishes pending requests: a closed page leaves some behind.
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await store.close();
    },
  };
}

const stateOf = (seed: SeedState): StateInput => (typeof seed === "string" ? { type: seed } : seed);

async function seedFlowRun(client: Client, seed: SeedFlowRun = {}): Promise<FlowRun> {
  const { flow = "etl", states = ["PENDING"], ...rest } = seed;
  const { id: flow_id } = await client.call(flows.create, { name: flow });
  const [first = "PENDING", ...others] = states;
  const { id } = await client.call(flowRuns.create, { ...rest, flow_id, state: stateOf(first) });
  for (const state of others)
    await client.call(flowRuns.setState, { id, state: stateOf(state), force: true });
  return client.call(flowRuns.read, { id });
}

let seeded = 0;

async function seedTaskRun(client: Client, now: () => number, seed: SeedTaskRun = {}): Promise<TaskRun> {
  const { id = newId(now()), states = ["PENDING", "RUNNING"] } = seed;
  seeded += 1;
  const dynamic_key = String(seeded);
  const recorded: EventCreate[] = [];
  for (const [index, state] of states.entries()) {
    const occurred = timestamp(now() - states.length + index);
    recorded.push(
      taskRunEvent({ seed, id, dynamic_key, occurred, state: stateOf(state), before: recorded.at(-1) }),
    );
  }
  await client.call(events.create, { events: recorded });
  return client.call(taskRuns.read, { id });
}

interface WorldEvent {
  seed: SeedTaskRun;
  id: string;
  dynamic_key: string;
  occurred: string;
  state: StateInput;
  before: EventCreate | undefined;
}

/** One state of a task run as the event that an engine sends for it. */
function taskRunEvent({ seed, id, dynamic_key, occurred, state, before }: WorldEvent): EventCreate {
  const { key = "load", tags = [], flowRun } = seed;
  const name = seed.name ?? `${key}-${dynamic_key}`;
  const stateName = state.name ?? defaultStateName(state.type);
  const isRunning = state.type === "RUNNING";
  const isOver = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"].includes(state.type);
  return {
    id: newId(Date.parse(occurred)),
    occurred,
    event: `prefect.task-run.${stateName}`,
    follows: before?.id ?? null,
    resource: {
      "prefect.resource.id": `prefect.task-run.${id}`,
      "prefect.resource.name": name,
      "prefect.run-count": isRunning || isOver ? "1" : "0",
      "prefect.state-message": state.message ?? "",
      "prefect.state-name": stateName,
      "prefect.state-timestamp": occurred,
      "prefect.state-type": state.type,
      "prefect.orchestration": "client",
    },
    related: flowRun ? relatedTo(flowRun) : [],
    payload: {
      intended: { from: null, to: state.type },
      initial_state: null,
      validated_state: { ...state, name: stateName },
      task_run: {
        name,
        task_key: key,
        dynamic_key,
        tags,
        task_inputs: seed.inputs ?? {},
        run_count: isRunning || isOver ? 1 : 0,
        flow_run_run_count: 1,
        ...(isRunning || isOver ? { start_time: occurred } : {}),
        ...(isOver ? { end_time: occurred } : {}),
      },
    },
  };
}

const relatedTo = (flowRun: FlowRun) => [
  {
    "prefect.resource.id": `prefect.flow-run.${flowRun.id}`,
    "prefect.resource.role": "flow-run",
    "prefect.resource.name": flowRun.name,
  },
];
