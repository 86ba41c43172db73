import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { admin, compatibleVersion, type DatabaseInfo, server } from "../../schema/admin.ts";
import { services } from "../../schema/services.ts";
import { settingVariables } from "../../schema/settings.ts";
import { query, useApi } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Panel } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { Time } from "../parts/time/time.tsx";
import { bytesText, daysText } from "./amounts.ts";
import { Fact, Part } from "./part.tsx";
import { ServiceTable } from "./service-table.tsx";

/** How our own server is set up, and what it does by itself. */
export function PraetorPart() {
  const { info } = useApi();
  const database = useQuery(query(server.database, {}));
  const settings = useQuery(query(admin.settings, {}));
  const health = useQuery(query(services.list, {}));
  const loading = <SkeletonRows rows={4} label="Loading" />;
  return (
    <>
      <Part title="Server">
        <dl>
          <Fact label="Version">
            Praetor {info?.version}, API of Prefect {compatibleVersion}
          </Fact>
          <Fact label="Started">
            <Time time={info?.started} />
          </Fact>
        </dl>
        <Panel what="The database" label="Database" source={database} skeleton={loading}>
          {(found) => <DatabaseFacts database={found} />}
        </Panel>
        <Panel what="The settings of the server" label="Server settings" source={settings} skeleton={loading}>
          {(found) => <SettingFacts values={found} />}
        </Panel>
      </Part>
      <Part
        title="Services"
        note="What the server does by itself."
        action={
          <Button onClick={() => void health.refetch()}>
            <RotateCw size={13} />
            Refresh services
          </Button>
        }
      >
        <Panel what="Services" label="Services" source={health} skeleton={loading}>
          {(found) => <ServiceTable services={found} />}
        </Panel>
      </Part>
    </>
  );
}

const products = { sqlite: "SQLite", postgresql: "PostgreSQL" } as const;

function DatabaseFacts({ database }: { database: DatabaseInfo }) {
  return (
    <dl>
      <Fact label="Database" variable={variable("databaseUrl")}>
        {products[database.kind]}, <code>{database.address}</code>
      </Fact>
      <Fact label="Size of the database">{bytesText(database.bytes)}</Fact>
    </dl>
  );
}

function SettingFacts({ values }: { values: Record<string, unknown> }) {
  return (
    <>
      <dl>
        <Fact label="Authentication" variable={variable("apiAuthString")}>
          {values.apiAuthString
            ? "User and password. There are no API keys."
            : "None. There are no API keys."}
        </Fact>
        <Fact label="Event retention" variable={variable("eventRetentionDays")}>
          {daysText(values.eventRetentionDays)}
        </Fact>
        <Fact label="Audit event retention" variable={variable("auditRetentionDays")}>
          {daysText(values.auditRetentionDays)}
        </Fact>
        <Fact label="Log retention" variable={variable("logRetentionDays")}>
          {daysText(values.logRetentionDays, "As long as the run")}
        </Fact>
        <Fact label="Run retention" variable={variable("runRetentionDays")}>
          {daysText(values.runRetentionDays, "Forever")}
        </Fact>
        <Fact label="Heartbeat timeout of a run" variable={variable("runSilenceSeconds")}>
          {String(values.runSilenceSeconds)} s
        </Fact>
        <Fact label="Largest request" variable={variable("maxBodyMegabytes")}>
          {String(values.maxBodyMegabytes)} MB
        </Fact>
      </dl>
      <details className="mt-2">
        <summary className="cursor-pointer py-1 text-muted hover:text-fg">
          All settings, secrets hidden
        </summary>
        <JsonView value={values} open={1} />
      </details>
    </>
  );
}

const variable = (name: keyof typeof settingVariables): string | undefined => settingVariables[name][0];
