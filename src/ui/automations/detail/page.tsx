import { useQuery } from "@tanstack/react-query";
import { type Automation, automations } from "../../../schema/automations.ts";
import { query } from "../../api.ts";
import { useParams } from "../../kit/router.tsx";
import { useScopes } from "../../live.ts";
import { DetailPage } from "../../parts/detail-page.tsx";
import { usePageTitle } from "../../parts/page-title.ts";
import { useLateEvents } from "../use-late-events.ts";
import { Definition } from "./definition.tsx";
import { DeliveryLog } from "./delivery-log.tsx";
import { Header } from "./header.tsx";

/** One automation: what it has done at the left, what it is at the right. */
export function Page() {
  const { id = "" } = useParams();
  useScopes([{ noun: "automations" }]);
  useLateEvents();
  const source = useQuery(query(automations.read, { id }));
  return (
    <DetailPage what="automation" id={id} source={source}>
      {(automation) => <Loaded key={id} automation={automation} />}
    </DetailPage>
  );
}

function Loaded({ automation }: { automation: Automation }) {
  usePageTitle(`${automation.name} · Automation`);
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:min-h-0">
      <Header automation={automation} />
      <div className="grid flex-1 grid-cols-1 lg:min-h-0 lg:grid-cols-[minmax(0,58fr)_minmax(0,42fr)] lg:divide-x max-lg:divide-y">
        <DeliveryLog automation={automation} />
        <Definition automation={automation} />
      </div>
    </div>
  );
}
