import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not-found.tsx";

const Now = lazy(async () => ({ default: (await import("./now/page.tsx")).Page }));
const Runs = lazy(async () => ({ default: (await import("./flow-runs/page.tsx")).Page }));
const Run = lazy(async () => ({ default: (await import("./run/detail.tsx")).Page }));
const Capacity = lazy(async () => ({ default: (await import("./capacity/page.tsx")).Page }));
const Flows = lazy(async () => ({ default: (await import("./flows/page.tsx")).Page }));
const Flow = lazy(async () => ({ default: (await import("./flow/detail.tsx")).Page }));
const Deployments = lazy(async () => ({ default: (await import("./deployments/page.tsx")).Page }));
const Deployment = lazy(async () => ({ default: (await import("./deployment/detail.tsx")).Page }));

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
