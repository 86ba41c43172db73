import type { Logger } from "pino";
import { chainLabels } from "../../rules/chains.ts";
import type { Action } from "../../schema/automation-actions.ts";
import { newId } from "../../schema/ids.ts";
import { Problem } from "../../schema/problems.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { AutomationTask } from "../../store/records/automation-rows.ts";
import type { Store, Tx } from "../../store/store.ts";
import type { Delivery } from "../notifications/calls.ts";
import type { Sender } from "../notifications/sender.ts";
import { ActionFailed, type ActionResult, performAction } from "./actions.ts";
import { automationResource, eventResource } from "./firing.ts";
import { templateFunctions, valuesFor } from "./template-values.ts";
import { fillTemplate, TemplateError } from "./templates.ts";

// Pending actions of fired automations. One that changes our own rows runs in the transaction that removes it from
// the list: exactly once. An external call is reserved for a while, and retried when it fails.

const page = 50;
const maxAttempts = 5;
/** Longer than the longest call: by then the reserving process is gone. */
const takenMs = 120_000;
const firstDelayMs = 5000;
const maxConcurrentCalls = 16;

type RemoteAction = Extract<Action, { type: "send-notification" | "call-webhook" }>;
const isRemote = (action: Action): action is RemoteAction =>
  action.type === "send-notification" || action.type === "call-webhook";

export interface TasksOptions {
  store: Store;
  sender: Sender;
  /** Base URL of the dashboard. */
  site: string;
  now: () => number;
  log: Logger;
}

/** Executes pending actions. */
export class Tasks {
  readonly #options: TasksOptions;
  readonly #functions: ReturnType<typeof templateFunctions>;
  readonly #calls = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: TasksOptions) {
    this.#options = options;
    this.#functions = templateFunctions(options.site);
  }

  /** Executes due actions. External calls continue in the background. */
  work(): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(() => this.#work());
    return this.#last;
  }

  /** The same without waiting. */
  wake(): void {
    this.work().catch((err: unknown) =>
      this.#options.log.error({ err }, "actions could not be done; they are tried again"),
    );
  }

  /** Resolves once no call is in progress. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined);
    await Promise.all(this.#calls);
  }

  async #work(): Promise<void> {
    const { store, now } = this.#options;
    for (;;) {
      const due = await store.automationWork.dueTasks(timestamp(now()), page);
      for (const task of due) {
        if (!isRemote(task.action)) await this.#performLocally(task);
        else if (!(await this.#dispatch(task, task.action))) return;
      }
      if (due.length < page) return;
    }
  }

  async #performLocally({ id }: AutomationTask): Promise<void> {
    const { store, log } = this.#options;
    try {
      await store.transaction(async (tx) => {
        const task = await this.#stillDue(tx, id);
        if (!task || isRemote(task.action)) return;
        const context = { tx, task, functions: this.#functions };
        tx.labelEvents(chainLabels(task.context.chain ?? []));
        const result = await performAction(context, task.action);
        finish(tx, task, { result });
      });
    } catch (error) {
      const failure = failureOf(error);
      if (!failure) log.error({ err: error, task: id }, "an action failed in an unexpected way");
      await this.#fail(id, failure);
    }
  }

  /** A failure not caused by the action is retried for a while. */
  #fail(id: string, failure: ActionFailed | undefined): Promise<void> {
    return this.#options.store.transaction(async (tx) => {
      const task = await this.#stillDue(tx, id);
      if (!task) return;
      if (failure) finish(tx, task, { result: failure.result, reason: failure.message });
      else if (task.attempts + 1 >= maxAttempts) finish(tx, task, { reason: "An unexpected error occurred" });
      else tx.automationWork.postpone(id, timestamp(toMs(tx.now) + delayMs(task.attempts)));
    });
  }

  async #stillDue(tx: Tx, id: string): Promise<AutomationTask | undefined> {
    const task = await tx.automationWork.readTask(id);
    return task && task.due <= tx.now ? task : undefined;
  }

  /** Returns false when too many calls are in progress. */
  async #dispatch({ id }: AutomationTask, action: RemoteAction): Promise<boolean> {
    if (this.#calls.size >= maxConcurrentCalls) return false;
    const task = await this.#options.store.transaction(async (tx) => {
      const found = await this.#stillDue(tx, id);
      if (found) tx.automationWork.postpone(id, timestamp(toMs(tx.now) + takenMs));
      return found;
    });
    if (!task) return true;
    const flight = this.#call(task, action)
      .catch((err: unknown) => this.#options.log.error({ err, task: id }, "a call is tried again later"))
      .finally(() => this.#calls.delete(flight));
    this.#calls.add(flight);
    return true;
  }

  async #call(task: AutomationTask, action: RemoteAction): Promise<void> {
    const { store } = this.#options;
    const delivery = await this.#deliver(task, action);
    const attempt = task.attempts + 1;
    await store.transaction(async (tx) => {
      const known = await tx.automationWork.readTask(task.id);
      if (known?.attempts !== attempt) return;
      const result = await resultOf(tx, action, delivery);
      if (delivery.isDelivered) finish(tx, task, { result });
      else if (!isPassing(delivery) || attempt >= maxAttempts) {
        finish(tx, task, { result, reason: delivery.detail });
      } else tx.automationWork.putOff(task.id, timestamp(toMs(tx.now) + delayMs(task.attempts)));
    });
  }

  async #deliver(task: AutomationTask, action: RemoteAction): Promise<Delivery> {
    const { store, sender } = this.#options;
    try {
      const isCall = action.type === "call-webhook";
      const templates = isCall ? [action.payload] : [action.subject, action.body];
      const values = await valuesFor(store, task, templates);
      const mark = task.context.is_test ? "[Test] " : "";
      const [first = "", second = ""] = templates.map((text) => fillTemplate(text, values, this.#functions));
      return isCall
        ? await sender.callWebhook(action.block_document_id, first, task.id)
        : await sender.notify(
            action.block_document_id,
            { subject: `${mark}${first}`, body: second },
            task.id,
          );
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { isDelivered: false, status: 422, detail: `Template rendering failed: ${error.message}` };
    }
  }
}

const delayMs = (attempts: number) => firstDelayMs * 2 ** attempts;

/** Whether a retry may succeed: no answer, or temporarily unavailable. */
const isPassing = ({ status, detail }: Delivery): boolean =>
  status === null ? !/^Block/.test(detail) : status === 408 || status === 429 || status >= 500;

function failureOf(error: unknown): ActionFailed | undefined {
  if (error instanceof ActionFailed) return error;
  if (error instanceof Problem) return new ActionFailed(error.message);
  if (error instanceof TemplateError) return new ActionFailed(`Template rendering failed: ${error.message}`);
  return undefined;
}

async function resultOf(
  tx: Tx,
  { block_document_id: id }: RemoteAction,
  delivery: Delivery,
): Promise<ActionResult> {
  const block = await tx.blockDocuments.read(id);
  const related: ActionResult["related"] = block
    ? [
        {
          "prefect.resource.id": `prefect.block-document.${id}`,
          "prefect.resource.role": "block",
          "prefect.resource.name": block.document.name,
        },
        {
          "prefect.resource.id": `prefect.block-type.${block.document.block_type.slug}`,
          "prefect.resource.role": "block-type",
        },
      ]
    : [];
  const details = delivery.status === null ? {} : { status_code: delivery.status };
  return { related, details };
}

interface TaskOutcome {
  result?: ActionResult;
  /** Why it failed, if it did. */
  reason?: string;
}

/** Removes the action from the list, and records how it ended. */
function finish(tx: Tx, { id, action, context }: AutomationTask, { result, reason }: TaskOutcome): void {
  const { automation, event, told: reported, index, chain = [], is_test = false } = context;
  tx.labelEvents(chainLabels(chain));
  tx.automationWork.dropTask(id);
  tx.automationWork.reportActivity(automation.id);
  const resource = { ...automationResource(automation), "prefect.trigger-type": automation.trigger.type };
  const related = [
    ...(result?.related ?? []),
    eventResource(reported, "automation-triggered-event"),
    ...(event ? [eventResource(event.id, "triggering-event")] : []),
  ];
  const about = {
    action_index: index,
    action_type: action.type,
    invocation: id,
    ...(is_test && { test: true }),
  };
  const [triggered, ended] = [newId(toMs(tx.now)), newId(toMs(tx.now))];
  const base = { occurred: tx.now, resource, related };
  tx.event({
    ...{ ...base, id: triggered, event: "prefect.automation.action.triggered" },
    ...{ payload: about, follows: event?.id ?? null },
  });
  tx.event({
    ...{ ...base, id: ended, follows: triggered },
    event: `prefect.automation.action.${reason === undefined ? "executed" : "failed"}`,
    payload: { ...about, ...(reason !== undefined && { reason }), ...result?.details },
  });
}
