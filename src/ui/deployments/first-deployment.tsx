import { Empty } from "../kit/panel.tsx";

const firstDeployment = `import { flow } from "praetor-flow";

const report = flow({ name: "report" }, async ({ region = "eu" }) => { … });

await report.serve({ name: "nightly", cron: "0 2 * * *", timezone: "Europe/Berlin" });`;

/** No deployment yet: the code that makes one. */
export function FirstDeployment() {
  return (
    <Empty title="No deployments yet" code={firstDeployment}>
      A deployment runs a flow on schedules and on demand. Save this as <code>report.ts</code> and start it
      with <code>node report.ts</code>: the process starts the runs for as long as it is running. To run them
      on other machines, use <code>flow.deploy</code> with a work pool.
    </Empty>
  );
}
