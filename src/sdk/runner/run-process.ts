import { hostname } from "node:os";
import { stripVTControlCharacters } from "node:util";
import type { Client } from "../../client/client.ts";
import type { AttemptToken } from "../../schema/attempt-tokens.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { logLevels } from "../../schema/logs.ts";
import type { State } from "../../schema/states.ts";
import { nowMicros, stamp } from "../clock.ts";
import { clientOf } from "../fenced-attempts.ts";
import type { MessageFromRun } from "../runner-channel.ts";
import type { Session } from "../session.ts";
import { causeOf } from "./causes.ts";
import { type Child, type ChildEnd, startChild } from "./child-process.ts";
import { settle } from "./claims.ts";
import type { Entrypoint } from "./entrypoints.ts";

/** What a run needs to be started. */
export interface Launch {
  entrypoint: Entrypoint;
  cwd: string;
  env: Record<string, string>;
}

/** A run that this runner has claimed, and the token of its attempt. */
export interface Claimed {
  run: FlowRun;
  token: string;
  /** Called once, when the flow is loaded and its process reports for the run itself, or when the process has ended. */
  onLoaded: () => void;
  /** Whether the run is handed back if its process is killed before that. */
  mayHandBack: boolean;
}

const defaultGrace = 5000;
/** Time beyond its grace period for a cancelled flow to report its end. */
const spareTime = 2000;
const beforeKill = 5000;
const keptErrors = 50;

/** The process of one claimed run, from its start until the server knows how the run ended. */
export class RunProcess {
  readonly run: FlowRun;
  /** State of the run after its process has ended. */
  readonly over: Promise<State | null>;
  readonly #session: Session;
  readonly #attempt: AttemptToken;
  readonly #client: Client;
  readonly #child: Child;
  readonly #errors: string[] = [];
  #grace = defaultGrace;
  #message: string | undefined;
  #killReason: string | undefined;
  readonly #onLoaded: () => void;
  readonly #mayHandBack: boolean;
  #timers: NodeJS.Timeout[] = [];

  constructor(
    session: Session,
    { run, token, onLoaded, mayHandBack }: Claimed,
    { entrypoint, cwd, env }: Launch,
  ) {
    this.#session = session;
    this.run = run;
    this.#attempt = { flowRunId: run.id, token };
    this.#client = clientOf(session.client, this.#attempt);
    const { file, exportName } = entrypoint;
    this.#child = startChild(["run", file, exportName, run.id, token], {
      cwd,
      env,
      onMessage: (message) => this.#receive(message),
      onLine: (line, stream) => this.#print(line, stream),
    });
    this.#onLoaded = onLoaded;
    this.#mayHandBack = mayHandBack;
    this.over = this.#child.ended.then((end) => this.#settle(end));
    void this.#reportProcess();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the flow to stop, then sends SIGTERM, then SIGKILL. */
  cancel(): void {
    if (this.#timers.length > 0) return;
    this.#child.send({ kind: "cancel" });
    const patience = this.#grace + spareTime;
    this.#timers = [
      setTimeout(() => this.#child.kill("SIGTERM"), patience),
      setTimeout(() => this.#child.kill("SIGKILL"), patience + beforeKill),
    ];
  }

  /** Ends the run as crashed, because its runner stops. */
  end(reason: string): void {
    this.#killReason = reason;
    this.#child.send({ kind: "end", message: reason });
    this.#timers.push(setTimeout(() => this.#child.kill("SIGKILL"), beforeKill));
  }

  kill(reason: string): void {
    this.#killReason = reason;
    this.#child.kill("SIGKILL");
  }

  #receive(message: MessageFromRun): void {
    if (message.kind === "print") printText(message.text);
    else if (message.kind === "grace") {
      this.#grace = message.ms;
      this.#onLoaded();
    } else if (message.kind === "unloadable") this.#message = message.message;
  }

  /** Output that the SDK did not ship. */
  #print(line: string, stream: "stdout" | "stderr"): void {
    process[stream].write(`${line}\n`);
    if (stream === "stderr") {
      this.#errors.push(line);
      if (this.#errors.length > keptErrors) this.#errors.shift();
    }
    if (line.trim() === "") return;
    const entry = {
      name: "praetor.flow_runs",
      level: stream === "stdout" ? logLevels.info : logLevels.warning,
      message: stripVTControlCharacters(line),
      timestamp: stamp(nowMicros()),
      flow_run_id: this.run.id,
      task_run_id: null,
    };
    this.#session.logs.ship(entry, this.#attempt);
  }

  async #reportProcess(): Promise<void> {
    if (this.pid === undefined) return;
    const infrastructure_pid = `${hostname()}:${this.pid}`;
    await this.#client
      .call(flowRuns.update, { id: this.run.id, infrastructure_pid })
      // Only for display; a run that was deleted meanwhile needs none.
      .catch(() => {});
  }

  async #settle(end: ChildEnd): Promise<State | null> {
    for (const timer of this.#timers) clearTimeout(timer);
    const report = {
      errors: this.#errors,
      ...(this.#message === undefined ? {} : { message: this.#message }),
    };
    const cause = this.#killReason ?? causeOf(end, report);
    const isEarly = this.#mayHandBack && end.signal !== null && this.#killReason === undefined;
    this.#onLoaded();
    await this.#session.logs.flush();
    return settle(this.#client, this.run.id, { cause, isEarly });
  }
}

function printText(text: string): void {
  process.stderr.write(process.stderr.isTTY === true ? text : stripVTControlCharacters(text));
}
