import { Suspense, useState } from "react";
import type { FullLimit } from "../../schema/waiting.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useNow } from "../kit/now.ts";
import { Link } from "../kit/router.tsx";
import { limitPath } from "../parts/capacity-path.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { fixLink } from "../waiting/gate-fix.tsx";
import { itemBox, spell } from "./rows.tsx";

const RaiseShared = lazyNamed(async () => (await import("../waiting/raise-shared.tsx")).RaiseShared);

/** A limit that is full, who holds it longest, and what lets the others go on. */
export function LimitRow({
  limit: { name, limit, used, holder, held_since, ...line },
}: {
  limit: FullLimit;
}) {
  const now = useNow(30);
  const [isOpen, setOpen] = useState(false);
  const count = line.waiting.toLocaleString("en");
  return (
    <li className={itemBox}>
      <p className="font-strong break-words">
        {count} {line.waiting === 1 ? "run waits" : "runs wait"} for a slot of{" "}
        <Link to={limitPath(name)} className="text-accent underline decoration-accent/40">
          {name.replace(/^tag:/, "tag ")}
        </Link>
        {line.waiting_since && ` for ${spell(line.waiting_since, now)}`}
      </p>
      <p className="flex min-w-0 gap-1 text-xs text-muted">
        <span className="shrink-0">
          {used} of {limit} in use{holder ? ", longest by" : ""}
        </span>
        {holder && (
          <RunLink kind={holder.kind} id={holder.id} flowRunId={holder.flow_run_id}>
            {holder.name}
          </RunLink>
        )}
        {holder && held_since && <span className="shrink-0">for {spell(held_since, now)}</span>}
      </p>
      <div className="flex flex-wrap gap-2">
        <Link className={fixLink} to={limitPath(name)}>
          Release a slot
        </Link>
        <Button onClick={() => setOpen(true)}>Raise the limit</Button>
      </div>
      <Suspense fallback={null}>
        {isOpen && <RaiseShared {...{ name, limit, used }} onClose={() => setOpen(false)} />}
      </Suspense>
    </li>
  );
}
