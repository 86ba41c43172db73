import { Check, Copy as CopyIcon, Terminal } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "../../kit/controls/button.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { copyText } from "./clipboard.ts";

function useCopied(text: string) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void copyText(text).then(
      () => setCopied(true),
      (error) => toast.failed("Could not copy", error),
    );
  return { copied, copy };
}

export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  const { copied, copy } = useCopied(text);
  return (
    <IconButton label={copied ? "Copied" : label} onClick={copy} className="size-6">
      {copied ? <Check size={13} /> : <CopyIcon size={13} />}
    </IconButton>
  );
}

/** The same deed in a terminal. */
export function CliCommand({ command }: { command: string }) {
  return (
    <div className="flex min-w-0 items-center gap-1.5 rounded-md bg-sunken py-0.5 pr-0.5 pl-2 text-muted">
      <Terminal size={13} className="shrink-0" aria-hidden="true" />
      <code className="min-w-0 flex-1 truncate text-xs" title={command}>
        {command}
      </code>
      <Copy text={command} label="Copy the command" />
    </div>
  );
}
