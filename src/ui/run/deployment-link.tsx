import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { deploymentPath } from "../parts/paths.ts";

/** Its name takes a request, which is the same for all runs of the deployment. */
export function DeploymentLink({ id }: { id: string }) {
  const { data } = useQuery({ ...query(deployments.read, { id }), staleTime: 60_000 });
  return (
    <Link to={deploymentPath(id)} className="block truncate hover:text-fg">
      {data?.name ?? id.slice(0, 8)}
    </Link>
  );
}
