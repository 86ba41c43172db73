import { Route, Switch } from "wouter";
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

/** Of a flow run, and of a task run, which is a selection on the page of its flow run. */
const runPage = /^\/runs\/(?<id>[^/]+)(?:\/tasks\/(?<taskRunId>[^/]+))?\/?$/;

/** Every address and its page. */
export function Site() {
  return (
    <Frame>
      <Switch>
        <Route path="/" component={Now} />
        <Route path="/runs" component={Runs} />
        <Route path={runPage} component={Run} />
        <Route path="/errors" component={Errors} />
        <Route path="/errors/:id" component={ErrorGroup} />
        <Route path="/logs" component={Logs} />
        <Route path="/capacity" component={Capacity} />
        <Route path="/work-pools" component={WorkPools} />
        <Route path="/work-pools/:name" component={WorkPool} />
        <Route path="/flows" component={Flows} />
        <Route path="/flows/:id" component={Flow} />
        <Route path="/deployments" component={Deployments} />
        <Route path="/deployments/:id" component={Deployment} />
        <Route path="/artifacts" component={Artifacts} />
        <Route path="/artifacts/:id" component={Artifact} />
        <Route path="/artifacts/key/:key" component={ArtifactVersions} />
        <Route path="/events/:id?" component={Events} />
        <Route path="/automations" component={Automations} />
        <Route path="/automations/new" component={NewAutomation} />
        <Route path="/automations/new-notification" component={NewNotification} />
        <Route path="/automations/:id/edit" component={EditAutomation} />
        <Route path="/automations/:id" component={Automation} />
        <Route path="/variables" component={Variables} />
        <Route path="/blocks" component={Blocks} />
        <Route path="/blocks/catalog" component={BlockTypes} />
        <Route path="/blocks/new/:slug" component={NewBlock} />
        <Route path="/blocks/:id" component={Block} />
        <Route path="/blocks/:id/edit" component={EditBlock} />
        <Route path="/schedules" component={Schedules} />
        <Route path="/settings" component={Settings} />
        <Route component={NotFound} />
      </Switch>
    </Frame>
  );
}
