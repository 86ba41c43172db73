/** Three states of each of many task runs, in frames as our SDK sends them. */
export function taskRunFrames(tasks: number, flowRunId: string): string[] {
  const events = Array.from({ length: tasks }, (_, index) => taskRunEvents(flowRunId, index)).flat();
  const frames: string[] = [];
  for (let at = 0; at < events.length; at += 250) {
    frames.push(
      JSON.stringify({ type: "events", seq: frames.length + 1, events: events.slice(at, at + 250) }),
    );
  }
  return frames;
}

/** The same, one event per frame, as clients of Prefect send them. */
export const singleFrames = (tasks: number, flowRunId: string): string[] =>
  Array.from({ length: tasks }, (_, index) => taskRunEvents(flowRunId, index))
    .flat()
    .map((event) => JSON.stringify(event));

export function taskRunEvents(flowRunId: string, index: number) {
  const id = crypto.randomUUID();
  return ["Pending", "Running", "Completed"].map((name, step) => ({
    id: crypto.randomUUID(),
    occurred: new Date(Date.now() + step).toISOString(),
    event: `prefect.task-run.${name}`,
    resource: {
      "prefect.resource.id": `prefect.task-run.${id}`,
      "prefect.resource.name": `noop-${index}`,
      "prefect.state-name": name,
      "prefect.state-type": name.toUpperCase(),
      "prefect.orchestration": "client",
    },
    related: [
      { "prefect.resource.id": `prefect.flow-run.${flowRunId}`, "prefect.resource.role": "flow-run" },
    ],
    payload: {
      intended: { from: null, to: name.toUpperCase() },
      initial_state: null,
      validated_state: { type: name.toUpperCase(), name, message: null, state_details: {}, data: null },
      task_run: { name: `noop-${index}`, task_key: "noop", dynamic_key: id, run_count: 1 },
    },
    follows: null,
  }));
}

/** Sends them over one socket; resolves once all are acknowledged, which is after their commit. */
export async function sendAll(url: string, frames: readonly string[]): Promise<void> {
  const socket = await openSocket(url);
  await new Promise<void>((done) => {
    socket.addEventListener("message", ({ data }) => {
      if (JSON.parse(String(data)).seq === frames.length) done();
    });
    for (const frame of frames) socket.send(frame);
  });
  socket.close();
}

/** Sends single events, which are not acknowledged; returns the function that closes the socket once they are stored. */
export async function sendSingly(url: string, frames: readonly string[]): Promise<() => void> {
  const socket = await openSocket(url);
  for (const frame of frames) socket.send(frame);
  return () => socket.close();
}

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/events/in`, ["prefect"]);
  const next = (kind: string) => new Promise((done) => socket.addEventListener(kind, done, { once: true }));
  await next("open");
  socket.send(JSON.stringify({ type: "auth", token: null }));
  await next("message");
  return socket;
}
