import { Route, Routes } from "react-router";
import { lazyNamed } from "./kit/lazy-named.ts";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not-found.tsx";

const Now = lazyNamed(async () => (await import("./now/page.tsx")).Page);
const Runs = lazyNamed(async () => (await import("./flow-runs/page.tsx")).Page);
const Run = lazyNamed(async () => (await import("./run/detail.tsx")).Page);
const Errors = lazyNamed(async () => (await import("./errors/page.tsx")).Page);
const ErrorGroup = lazyNamed(async () => (await import("./errors/detail/page.tsx")).Page);
const Logs = lazyNamed(async () => (await import("./logs/page.tsx")).Page);
const Capacity = lazyNamed(async () => (await import("./capacity/page.tsx")).Page);
const WorkPools = lazyNamed(async () => (await import("./work-pools/page.tsx")).Page);
const WorkPool = lazyNamed(async () => (await import("./work-pools/detail.tsx")).Page);
const Flows = lazyNamed(async () => (await import("./flows/page.tsx")).Page);
const Flow = lazyNamed(async () => (await import("./flow/detail.tsx")).Page);
const Deployments = lazyNamed(async () => (await import("./deployments/page.tsx")).Page);
const Automations = lazyNamed(async () => (await import("./automations/page.tsx")).Page);
const Automation = lazyNamed(async () => (await import("./automations/detail/page.tsx")).Page);
const NewAutomation = lazyNamed(async () => (await import("./automations/editor/page.tsx")).NewPage);
const EditAutomation = lazyNamed(async () => (await import("./automations/editor/page.tsx")).EditPage);
const NewNotification = lazyNamed(async () => (await import("./automations/notification/page.tsx")).Page);
const Schedules = lazyNamed(async () => (await import("./schedules/page.tsx")).Page);
const Deployment = lazyNamed(async () => (await import("./deployment/detail.tsx")).Page);
const Events = lazyNamed(async () => (await import("./events/page.tsx")).Page);
const Variables = lazyNamed(async () => (await import("./variables/page.tsx")).Page);
const Artifacts = lazyNamed(async () => (await import("./artifacts/page.tsx")).Page);
const Artifact = lazyNamed(async () => (await import("./artifacts/single.tsx")).Page);
const ArtifactVersions = lazyNamed(async () => (await import("./artifacts/versions/page.tsx")).Page);
const Blocks = lazyNamed(async () => (await import("./blocks/page.tsx")).Page);
const BlockTypes = lazyNamed(async () => (await import("./blocks/catalog.tsx")).Page);
const NewBlock = lazyNamed(async () => (await import("./blocks/new-page.tsx")).Page);
const Block = lazyNamed(async () => (await import("./blocks/detail.tsx")).Page);
const EditBlock = lazyNamed(async () => (await import("./blocks/edit.tsx")).Page);
const Settings = lazyNamed(async () => (await import("./settings/page.tsx")).Page);

/** Every address and its page. A task run is a selection on the page of its flow run, so both are one route. */
export function Site() {
  return (
    <Frame>
      <Routes>
        <Route path="/" element={<Now />} />
        <Route path="/runs" element={<Runs />} />
        <Route path="/runs/:id/tasks?/:taskRunId?" element={<Run />} />
        <Route path="/errors" element={<Errors />} />
        <Route path="/errors/:id" element={<ErrorGroup />} />
        <Route path="/logs" element={<Logs />} />
        <Route path="/capacity" element={<Capacity />} />
        <Route path="/work-pools" element={<WorkPools />} />
        <Route path="/work-pools/:name" element={<WorkPool />} />
        <Route path="/flows" element={<Flows />} />
        <Route path="/flows/:id" element={<Flow />} />
        <Route path="/deployments" element={<Deployments />} />
        <Route path="/deployments/:id" element={<Deployment />} />
        <Route path="/artifacts" element={<Artifacts />} />
        <Route path="/artifacts/:id" element={<Artifact />} />
        <Route path="/artifacts/key/:key" element={<ArtifactVersions />} />
        <Route path="/events/:id?" element={<Events />} />
        <Route path="/automations" element={<Automations />} />
        <Route path="/automations/new" element={<NewAutomation />} />
        <Route path="/automations/new-notification" element={<NewNotification />} />
        <Route path="/automations/:id/edit" element={<EditAutomation />} />
        <Route path="/automations/:id" element={<Automation />} />
        <Route path="/variables" element={<Variables />} />
        <Route path="/blocks" element={<Blocks />} />
        <Route path="/blocks/catalog" element={<BlockTypes />} />
        <Route path="/blocks/new/:slug" element={<NewBlock />} />
        <Route path="/blocks/:id" element={<Block />} />
        <Route path="/blocks/:id/edit" element={<EditBlock />} />
        <Route path="/schedules" element={<Schedules />} />
        <Route path="/settings" element={<Settings />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Frame>
  );
}
