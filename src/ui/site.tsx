import { Route, Routes } from "react-router";
import { part } from "./kit/part.ts";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not-found.tsx";

const Now = part(async () => (await import("./now/page.tsx")).Page);
const Runs = part(async () => (await import("./flow-runs/page.tsx")).Page);
const Run = part(async () => (await import("./run/detail.tsx")).Page);
const Capacity = part(async () => (await import("./capacity/page.tsx")).Page);
const Flows = part(async () => (await import("./flows/page.tsx")).Page);
const Flow = part(async () => (await import("./flow/detail.tsx")).Page);
const Deployments = part(async () => (await import("./deployments/page.tsx")).Page);
const Deployment = part(async () => (await import("./deployment/detail.tsx")).Page);

/** Every address and its page. A task run is a selection on the page of its flow run, so both are one route. */
export function Site() {
  return (
    <Frame>
      <Routes>
        <Route path="/" element={<Now />} />
        <Route path="/runs" element={<Runs />} />
        <Route path="/runs/:id/tasks?/:taskRunId?" element={<Run />} />
        <Route path="/capacity" element={<Capacity />} />
        <Route path="/flows" element={<Flows />} />
        <Route path="/flows/:id" element={<Flow />} />
        <Route path="/deployments" element={<Deployments />} />
        <Route path="/deployments/:id" element={<Deployment />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Frame>
  );
}
