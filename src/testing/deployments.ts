import { afterEach, beforeEach } from "vitest";
import { type Deployment, deployments } from "../schema/deployments.ts";
import { events } from "../schema/events.ts";
import type { Input } from "../schema/route.ts";
import { type TestClock, testClock } from "./clock.ts";
import { createWorld, type World } from "./world.ts";

type NewDeployment = Partial<Input<typeof deployments.create>>;

/** A fresh world with its own clock for every test of the file, and helpers to deploy in it. */
export function freshDeployments() {
  let clock: TestClock = testClock();
  let opened: World | undefined;
  const world = (): World => {
    if (!opened) throw new Error("The world is open only inside a test.");
    return opened;
  };
  beforeEach(async () => {
    clock = testClock();
    opened = await createWorld({ now: () => clock.now() });
  });
  afterEach(() => opened?.close());
  return {
    world,
    clock: () => clock,
    async deploy(input: NewDeployment = {}, flow = "etl"): Promise<Deployment> {
      const { id: flow_id } = await world().flow(flow);
      return world().call(deployments.create, { name: "nightly", flow_id, ...input });
    },
    read: (id: string): Promise<Deployment> => world().call(deployments.read, { id }),
    /** A raw request, returning the status of its response. */
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const request = new Request(`http://praetor.test/api${path}`, {
        ...{ method: "POST", body: JSON.stringify(body), headers },
      });
      const response = await world().fetch(request);
      return { status: response.status, body: await response.json() };
    },
    /** The events of a deployment, in order. */
    async eventNames(id: string): Promise<string[]> {
      const filter = { resource: { id: [`prefect.deployment.${id}`] }, order: "ASC" as const };
      const { events: list } = await world().call(events.filter, { filter });
      return list.map(({ event }) => event.replace("prefect.deployment.", ""));
    },
  };
}

export const cron = (text: string, more: object = {}) => ({
  schedule: { cron: text, timezone: null },
  ...more,
});
