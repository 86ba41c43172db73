import type { EventStep, Rows, Step } from "../engine/protocol.ts";
import { packed, type SentRows } from "../engine/row-text.ts";
import { withRuns } from "../run-index/run-text.ts";

/** What a step has read, as it is sent. */
export const sent = (read: Rows, step: Step | EventStep): SentRows =>
  packed("runs" in step && step.runs ? withRuns(read, step.runs) : read);
