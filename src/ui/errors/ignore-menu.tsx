import { BellOff } from "lucide-react";
import { type ReactElement, Suspense, useState } from "react";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";

const IgnoreDialog = lazyNamed(async () => (await import("./ignore-dialog.tsx")).IgnoreDialog);

const hourMs = 3_600_000;
const spans = [
  { label: "For 1 hour", ms: hourMs },
  { label: "For 1 day", ms: 24 * hourMs },
  { label: "For 1 week", ms: 168 * hourMs },
] as const;

interface Props {
  trigger: ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu" }>;
  /** Until a time in milliseconds; for good without one. */
  onIgnore: (until: number | undefined) => Promise<boolean>;
  /** While the dialog is open, the list beneath it has to stay. */
  onActing?: (isActing: boolean) => void;
}

/** For how long errors are ignored. */
export function IgnoreMenu({ trigger, onIgnore, onActing }: Props) {
  const [isAsking, setAsking] = useState(false);
  const ask = (next: boolean) => {
    setAsking(next);
    onActing?.(next);
  };
  return (
    <>
      <Menu
        trigger={trigger}
        groups={[
          spans.map(({ label, ms }) => ({ label, onSelect: () => void onIgnore(Date.now() + ms) })),
          [
            { label: "Until a time…", onSelect: () => ask(true) },
            {
              label: "Until it is reopened",
              icon: <BellOff size={13} />,
              onSelect: () => void onIgnore(undefined),
            },
          ],
        ]}
      />
      <Suspense fallback={null}>
        {isAsking && <IgnoreDialog onIgnore={onIgnore} onClose={() => ask(false)} />}
      </Suspense>
    </>
  );
}
