import { expect, test } from "vitest";
import { Trigger } from "../../../schema/triggers.ts";
import { actionWords } from "./action-words.ts";
import { triggerWords } from "./trigger-words.ts";

const flow = "prefect.flow.00000000-0000-4000-8000-000000000001";
const deployment = "prefect.deployment.00000000-0000-4000-8000-000000000002";
const names: Record<string, string> = { [flow]: "etl", [deployment]: "nightly" };
const nameOf = (resource: string) => names[resource];
const words = (trigger: object) => triggerWords(Trigger.parse(trigger), nameOf);

const failed = { posture: "Reactive", expect: ["prefect.flow-run.Failed"] };
const sale = { posture: "Reactive", expect: ["shop.sale"] };
const stuck = {
  ...{ posture: "Proactive", for_each: ["prefect.resource.id"], within: 1800 },
  ...{ after: ["prefect.flow-run.Running"], expect: ["prefect.flow-run.*"] },
};

test.each([
  ["A flow run fails", failed],
  [
    "A flow run of flow etl fails or crashes",
    {
      ...{ posture: "Reactive", expect: ["prefect.flow-run.Failed", "prefect.flow-run.Crashed"] },
      match: { "prefect.resource.id": "prefect.flow-run.*" },
      match_related: { "prefect.resource.role": "flow", "prefect.resource.id": [flow] },
    },
  ],
  [
    "A flow run tagged prod fails, 3 times within 10m",
    { ...failed, threshold: 3, within: 600, match_related: { "prefect.resource.id": "prefect.tag.prod" } },
  ],
  ["A flow run stays in Running for 30m", stuck],
  [
    "A flow run takes longer than 30m",
    { ...stuck, expect: ["prefect.flow-run.Completed", "prefect.flow-run.Failed"] },
  ],
  [
    "Deployment nightly stays not ready for 10m",
    {
      ...{ posture: "Proactive", within: 600, match: { "prefect.resource.id": deployment } },
      ...{ after: ["prefect.deployment.not-ready"], expect: ["prefect.deployment.ready"] },
    },
  ],
  ["A work pool becomes not ready", { posture: "Reactive", expect: ["prefect.work-pool.not-ready"] }],
  ["Event shop.sale occurs", sale],
  ["Event shop.sale occurs on shop.1", { ...sale, match: { "prefect.resource.id": "shop.1" } }],
  ["No event shop.sale within 1h", { ...sale, posture: "Proactive", within: 3600 }],
  ["Any event occurs", { posture: "Reactive" }],
  [
    "A flow run fails, and event shop.sale occurs within 1h",
    { type: "compound", require: "all", within: 3600, triggers: [failed, sale] },
  ],
  [
    "A flow run fails, or event shop.sale occurs",
    { type: "compound", require: "any", within: null, triggers: [failed, sale] },
  ],
  [
    "Event shop.sale occurs, then a flow run fails within 5m",
    { type: "sequence", within: 300, triggers: [sale, failed] },
  ],
])("%s", (text, trigger) => {
  expect(words(trigger)).toBe(text);
});

test.each([
  ["Run deployment nightly", { type: "run-deployment", deployment_id: deployment.slice(19) }],
  ["Pause deployment of the event", { type: "pause-deployment", source: "inferred" }],
  ["Cancel the flow run", { type: "cancel-flow-run" }],
  ["Set flow run to Failed", { type: "change-flow-run-state", state: "FAILED", name: null }],
  ["Send a notification", { type: "send-notification", body: "x" }],
] as const)("%s", (text, action) => {
  expect(actionWords({ ...action }, nameOf)).toBe(text);
});
