// Without zod: threads that parse no requests read them as well.

/** The name of events that tell a failure: see `RunError`. */
export const runErrorEvent = "praetor.error";
/** With which the process of a flow run says that it lives. */
export const heartbeatEvent = "prefect.flow-run.heartbeat";

/** Names of events that tell the states of task runs begin with this. */
export const taskRunEvents = "prefect.task-run.";
