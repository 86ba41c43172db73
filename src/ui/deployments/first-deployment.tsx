import { Empty } from "../kit/panel.tsx";

const firstDeployment = `import { flow } from "praetor-flow";

const report = flow({ name: "report" }, async ({ region = "eu" }) => { … });

await report.serve({ name: "nightly", cron: "0 2 * * *", timezone: "Europe/Berlin" });`;

/** No deployment yet: the code that makes one. */
export function FirstDeployment() {
  return (
    <Empty title="Nothing is deployed yet" code={firstDeployment}>
      A deployment is a flow that runs by itself: on schedules, or when somebody asks for it. Save this as{" "}
      <code>report.ts</code> and start it with <code>node report.ts</code>; while that process runs, it takes
      up the runs. To run them on other machines, use <code>flow.deploy</code> with a work pool.
    </Empty>
  );
}
