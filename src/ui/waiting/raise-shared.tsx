import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { RaiseLimit } from "./raise-limit.tsx";

interface Props {
  name: string;
  limit: number;
  used: number;
  onClose: () => void;
}

/** Raises a limit that is not of one deployment, pool or queue. */
export const RaiseShared = ({ name, limit, used, onClose }: Props) => (
  <RaiseLimit
    {...{ limit, used, onClose }}
    of={name}
    route={concurrencyLimits.update}
    input={(next) => ({ id_or_name: name, limit: next })}
  />
);
