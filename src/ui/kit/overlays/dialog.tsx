import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button, IconButton } from "../controls/button.tsx";
import { cx } from "../cx.ts";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** A drawer comes from the right and is as high as the window. */
  side?: "centre" | "right";
  /** It holds a form: Escape, or a press beside it, asks before it throws away what was edited. */
  isForm?: boolean;
  className?: string;
}

const centre =
  "top-[12vh] left-1/2 max-h-[76vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 rounded-md data-[starting-style]:opacity-0 data-[ending-style]:opacity-0";
const right =
  "inset-y-0 right-0 w-[min(400px,100vw)] border-l data-[starting-style]:translate-x-6 data-[starting-style]:opacity-0 data-[ending-style]:translate-x-6 data-[ending-style]:opacity-0";
const popup =
  "fixed z-40 flex flex-col bg-raised shadow-pop outline-none transition-[opacity,transform] duration-150 ease-out";

export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  side,
  isForm = false,
  className,
}: DialogProps) {
  const body = useRef<HTMLDivElement>(null);
  const isEdited = useRef(false);
  const [isAsking, setAsking] = useState(false);
  const leave = () => {
    if (isForm && isEdited.current) setAsking(!isAsking);
    else onClose();
  };
  const edit = () => {
    isEdited.current = true;
  };
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && leave()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop fixed inset-0 z-40" />
        <Base.Popup
          className={cx(popup, side === "right" ? right : centre, className)}
          initialFocus={() => (side !== "right" && firstField(body.current)) || true}
        >
          <header className="flex items-start gap-3 px-4 pt-3.5 pb-2">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-md font-strong">{title}</Base.Title>
              {description && <Base.Description className="text-muted">{description}</Base.Description>}
            </div>
            <IconButton label="Close" onClick={onClose} className="-mr-1.5">
              <X size={15} />
            </IconButton>
          </header>
          <div ref={body} onInput={edit} onChange={edit} className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">
            {children}
          </div>
          {isAsking && <Discard onDiscard={onClose} onKeep={() => setAsking(false)} />}
          {footer && !isAsking && (
            <footer className="flex items-center gap-2 border-t px-4 py-3">{footer}</footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

const focus = (button: HTMLButtonElement | null) => button?.focus();

function Discard({ onDiscard, onKeep }: { onDiscard: () => void; onKeep: () => void }) {
  return (
    <footer role="alert" className="flex items-center gap-2 border-t px-4 py-3">
      <span className="flex-1">Discard your changes?</span>
      <Button onClick={onKeep} ref={focus}>
        Keep editing
      </Button>
      <Button variant="danger" onClick={onDiscard}>
        Discard changes
      </Button>
    </footer>
  );
}

/** Who opens a dialog that asks wants to answer; on a phone its keyboard would hide the question. */
function firstField(body: HTMLElement | null): HTMLElement | null {
  if (matchMedia("(pointer: coarse)").matches) return null;
  return body?.querySelector<HTMLElement>("input:not([type=checkbox]), textarea, select") ?? null;
}
