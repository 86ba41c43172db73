import type { Client } from "../client/client.ts";
import type { EventSink } from "../client/events.ts";
import { type AttemptToken, attemptLabel } from "../schema/attempt-tokens.ts";
import type { Deployment } from "../schema/deployments.ts";
import type { FlowRun as FlowRunRow } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { clientOf } from "./fenced-attempts.ts";
import type { FlowDefinition, FlowSettings } from "./flow-settings.ts";
import { Lineage } from "./lineage.ts";
import { createLogger, type RunLogger } from "./logger.ts";
import { Run } from "./run.ts";
import { Scheduler } from "./scheduler.ts";
import type { Session } from "./session.ts";
import { runEvent } from "./task-events.ts";

interface Start {
  definition: FlowDefinition;
  settings: FlowSettings;
  session: Session;
  row: FlowRunRow;
  parent: Run | undefined;
  scopeTags: readonly string[];
  /** The deployment of the run, if this process runs it for one. */
  deployment?: Deployment;
  /** Token of this process's attempt; generated when none was given. */
  token?: string | undefined;
}

const defaultSlotSeconds = 300;

/** One flow run in progress: what its tasks share. */
export class FlowRun extends Run {
  readonly definition: FlowDefinition;
  readonly settings: FlowSettings;
  readonly session: Session;
  /** Its requests carry the token of this attempt. */
  readonly client: Client;
  readonly attempt: AttemptToken;
  readonly row: FlowRunRow;
  readonly logger: RunLogger;
  readonly sink: EventSink;
  readonly scheduler: Scheduler;
  readonly lineage = new Lineage();
  /** Related resources of events about this run and its task runs. */
  readonly related: Record<string, string>[];
  /** Attempts that began before this process had the run, not counting the one that it continues. */
  readonly countBefore: number;
  /** Whether this is the first attempt, or continues a suspended one. */
  readonly isFresh: boolean;
  /** How long its slot of the deployment's limit is held without renewal. */
  readonly slotSeconds: number;
  runCount: number;
  readonly #calls = new Map<string, number>();
  #held: Promise<void> | undefined;
  #release = () => {};

  constructor({ definition, settings, session, row, parent, scopeTags, deployment, token }: Start) {
    super(
      { kind: "flow_run", id: row.id, name: row.name, observed: false },
      { parent, tags: row.tags, scopeTags },
    );
    this.definition = definition;
    this.settings = settings;
    this.session = session;
    this.attempt = { flowRunId: row.id, token: parent?.flow?.attempt.token ?? token ?? newId() };
    this.client = clientOf(session.client, this.attempt);
    this.row = row;
    const { resuming } = row.empirical_policy;
    this.countBefore = Math.max(0, row.run_count - (resuming ? 1 : 0));
    this.isFresh = resuming || row.run_count === 0;
    this.runCount = this.countBefore;
    this.slotSeconds = deployment?.concurrency_options?.grace_period_seconds ?? defaultSlotSeconds;
    this.sink = session.events;
    this.scheduler = new Scheduler(settings.taskConcurrency, () => this.sink.room());
    this.related = [
      { ...this.resource, [attemptLabel]: this.attempt.token, "prefect.resource.role": "flow-run" },
      {
        "prefect.resource.id": `prefect.flow.${row.flow_id}`,
        "prefect.resource.role": "flow",
        "prefect.resource.name": definition.name,
      },
      ...(deployment ? [deploymentResource(deployment)] : []),
    ];
    this.logger = createLogger(session.logs, {
      name: "praetor.flow_runs",
      flowRunId: row.id,
      taskRunId: null,
      title: () => `Flow run '${row.name}'`,
      attempt: this.root,
    });
  }

  /** Set while it, or a flow above it, is paused: no run below it begins before this resolves. */
  get held(): Promise<void> | undefined {
    return this.#held ?? this.parent?.flow?.held;
  }
  holdBack(): void {
    if (this.#held || this.abort) return;
    this.releaseSlot();
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.onEnd(() => this.goOn());
  }
  /** It is running: not paused any more, and if it had been considered crashed, it has its slot again. */
  goOn(): void {
    if (!this.abort) this.holdSlot();
    this.#held = undefined;
    this.#release();
  }

  /** The enclosing attempt: whatever ends that one ends all runs below it. */
  get root(): AttemptToken {
    return this.parent?.flow?.root ?? this.attempt;
  }

  #stopHolding: (() => void) | undefined;
  /** Renews the slot of its deployment's limit, if it has one. */
  holdSlot(): void {
    const id = this.row.state?.state_details.deployment_concurrency_lease_id;
    if (!id || this.#stopHolding) return;
    const onLost = () => {
      this.#stopHolding = undefined;
      this.logger.warn("The slot of the deployment's concurrency limit was lost.");
    };
    const { root: attempt, slotSeconds: seconds } = this;
    this.#stopHolding = this.session.transport.holdLease({ id, seconds, onLost, attempt });
  }
  releaseSlot(): void {
    this.#stopHolding?.();
    this.#stopHolding = undefined;
  }

  get flow(): FlowRun {
    return this;
  }
  get grace(): number {
    return this.settings.grace;
  }
  get logConsole(): boolean | undefined {
    return this.settings.logConsole;
  }
  get resource(): Record<string, string> {
    return { "prefect.resource.id": `prefect.flow-run.${this.id}`, "prefect.resource.name": this.ref.name };
  }

  /** The number of this call of a task in this flow run: 0, 1, 2 … */
  countCall(key: string): number {
    const count = this.#calls.get(key) ?? 0;
    this.#calls.set(key, count + 1);
    return count;
  }

  /**
   * The key of that call. A process that continues an earlier run creates its own task runs beside those of the earlier
   * attempts, each with its logs and times.
   */
  callKey(count: number): string {
    const { run_count: begun } = this.row;
    return begun === 0 ? String(count) : `${begun}-${count}`;
  }

  emit(event: string, payload: Record<string, unknown>): void {
    this.sink.send(runEvent(event, { resource: this.resource, related: this.related, payload }));
  }
}

/** The flow run that a run belongs to; a flow run itself. */
export const flowRunOf = (run: Run | undefined): FlowRun | undefined =>
  run?.flow instanceof FlowRun ? run.flow : undefined;

const deploymentResource = ({ id, name }: Deployment): Record<string, string> => ({
  "prefect.resource.id": `prefect.deployment.${id}`,
  "prefect.resource.role": "deployment",
  "prefect.resource.name": name,
});
