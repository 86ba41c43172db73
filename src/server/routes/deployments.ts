import { type CreateResult, deployments } from "../../schema/deployments.ts";
import { Problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Store } from "../../store/store.ts";
import { createDeploymentRun } from "../deployment-runs.ts";
import { createDeployment, type DeploymentDeps, updateDeployment } from "../deployments.ts";
import { refuseImpossible, refuseImpossibleOne, type ScheduleDeps } from "../schedules.ts";
import { type Api, created, done, found, serve } from "../serve.ts";
import { planDeployment } from "../services/scheduler.ts";
import { serveScheduleList } from "./schedules.ts";

const unknown = "Deployment not found";
const unknownSchedule = "Deployment or schedule not found";

export function serveDeployments(api: Api, store: Store, scheduleDeps: ScheduleDeps): void {
  const rows = store.deployments;
  const deps = { store, scheduleDeps };
  serve(api, deployments.create, async (input) => created(await createDeployment(deps, input)));
  serve(api, deployments.read, async ({ id }) => found(await rows.read(id), unknown));
  serve(api, deployments.readByName, async ({ flow_name, deployment_name }) =>
    found(await rows.readByName(flow_name, deployment_name), unknown),
  );
  serve(api, deployments.update, async (input) => done(await updateDeployment(deps, input), unknown));
  serve(api, deployments.delete, async ({ id }) => done(await rows.delete(id), unknown));
  serve(api, deployments.bulkDelete, async ({ deployments: wanted, limit }) => {
    const some = await rows.filter({ deployments: wanted, limit, offset: 0, sort: "NAME_ASC" });
    const deleted: string[] = [];
    for (const { id } of some) if (await rows.delete(id)) deleted.push(id);
    return { deleted };
  });
  serve(api, deployments.filter, (input) => rows.filter(input));
  serve(api, deployments.count, (input) => rows.count(input));
  serve(api, deployments.paginate, (input) => rows.paginate(input));
  serve(api, deployments.scheduledRuns, async (input) => {
    const runs = await rows.scheduledRuns(input);
    await rows.markPolled({ ids: input.deployment_ids });
    return runs;
  });
  serve(api, deployments.createFlowRun, async (input, c) => {
    const [id, name] = [c.req.header("prefect-automation-id"), c.req.header("prefect-automation-name")];
    const creator = id ? { id, type: "AUTOMATION", display_value: name ?? null } : null;
    return created(await createDeploymentRun(store, input, creator));
  });
  serve(api, deployments.createFlowRuns, async ({ id, flow_runs }) => {
    found(await rows.read(id), unknown);
    const results: CreateResult[] = [];
    for (const input of flow_runs) results.push(await tryToCreate(store, { ...input, id }));
    return { results };
  });
  serve(api, deployments.listQueues, async ({ id }) => {
    const { work_queue_id } = found(await rows.read(id), unknown);
    return work_queue_id === null ? [] : store.workQueues.readMany([work_queue_id]);
  });
  serveSchedules(api, deps);
  serveScheduleList(api, store, scheduleDeps.now);
}

/** Of several runs those that cannot be made are reported, and stop none of the others. */
async function tryToCreate(
  store: Store,
  input: Parsed<typeof deployments.createFlowRun>,
): Promise<CreateResult> {
  try {
    const { row } = await createDeploymentRun(store, input, null);
    return { flow_run_id: row.id, status: "CREATED", error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { flow_run_id: null, status: "FAILED", error: error.message };
  }
}

function serveSchedules(api: Api, deps: DeploymentDeps): void {
  const { store, scheduleDeps } = deps;
  const rows = store.deployments;
  const pause = async (id: string, paused: boolean) => {
    done(await updateDeployment(deps, { id, paused }), unknown);
    return null;
  };
  serve(api, deployments.pause, ({ id }) => pause(id, true));
  serve(api, deployments.resume, ({ id }) => pause(id, false));
  serve(api, deployments.schedule, async (input) => {
    done(await planDeployment(store, input, scheduleDeps), unknown);
    return null;
  });
  serve(api, deployments.listSchedules, async ({ id }) => found(await rows.read(id), unknown).schedules);
  serve(api, deployments.createSchedules, async ({ id, schedules }) => {
    await refuseImpossible(scheduleDeps, schedules, []);
    return found(await rows.createSchedules(id, schedules), unknown);
  });
  serve(api, deployments.updateSchedule, async (input) => {
    if (input.schedule) await refuseImpossibleOne(scheduleDeps, input.schedule, ["schedule"]);
    return done(await rows.updateSchedule(input), unknownSchedule);
  });
  serve(api, deployments.deleteSchedule, async (input) =>
    done(await rows.deleteSchedule(input), unknownSchedule),
  );
}
