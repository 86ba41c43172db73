// Without zod, for threads that parse no requests.

/** Name of events that report a failure: see `RunError`. */
export const runErrorEvent = "praetor.error";
/** Sent regularly by the process of a flow run. */
export const heartbeatEvent = "prefect.flow-run.heartbeat";

/** Prefix of the names of task run state events. */
export const taskRunEvents = "prefect.task-run.";
