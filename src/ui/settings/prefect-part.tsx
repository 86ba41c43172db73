import { useQuery } from "@tanstack/react-query";
import { admin } from "../../schema/admin.ts";
import { query } from "../api.ts";
import { Panel } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { Fact, Part } from "./part.tsx";

/** What a Prefect server tells about itself. */
export function PrefectPart() {
  const version = useQuery(query(admin.serverVersion, {}));
  const health = useQuery(query(admin.health, {}));
  const settings = useQuery(query(admin.settings, {}));
  return (
    <Part title="Server">
      <Panel
        what="The version of the server"
        label="Version"
        source={version}
        skeleton={<SkeletonRows rows={1} label="Loading the version" />}
      >
        {(found) => (
          <dl>
            <Fact label="Version">Prefect {found}</Fact>
            <Fact label="Health">{healthText(health)}</Fact>
          </dl>
        )}
      </Panel>
      <p className="py-2 text-muted">
        Services, the size of the database and retention need a Praetor server: Prefect's API does not tell
        them.
      </p>
      <Panel
        title="Settings of the server"
        what="The settings of the server"
        source={settings}
        skeleton={<SkeletonRows rows={6} label="Loading the settings" />}
      >
        {(found) => <JsonView value={found} open={1} />}
      </Panel>
    </Part>
  );
}

const healthText = ({ data, isError }: { data: boolean | undefined; isError: boolean }): string => {
  if (isError) return "Unknown";
  return data === undefined ? "Checking" : data ? "Healthy" : "Unhealthy";
};
