import { ImageIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "../kit/controls/button.tsx";

/**
 * An image of this server at once; one of another host once the reader wants it, because that host learns then who reads.
 * Of an address that is neither, its description is shown.
 */
export function Picture({ from, alt }: { from: string; alt: string }) {
  const [isWanted, setWanted] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const url = URL.canParse(from, location.href) ? new URL(from, location.href) : undefined;
  const isOurs = url?.origin === location.origin;
  if (!url || !(isOurs || url.protocol === "https:")) return <Unshown from={from} alt={alt} />;
  if (isBroken)
    return (
      <span className="text-muted">
        Image not loaded: <Unshown from={url.href} alt={alt} />
      </span>
    );
  if (!isOurs && !isWanted)
    return (
      <Button className="max-w-full" onClick={() => setWanted(true)}>
        <ImageIcon size={14} className="shrink-0" />
        <span className="truncate">
          {alt && `${alt}: `}Show image from {url.host}
        </span>
      </Button>
    );
  return (
    <img
      src={url.href}
      alt={alt}
      referrerPolicy="no-referrer"
      loading="lazy"
      className="my-1 inline-block max-h-[70vh] max-w-full rounded-md"
      onError={() => setBroken(true)}
    />
  );
}

function Unshown({ from, alt }: { from: string; alt: string }) {
  if (!/^https?:/i.test(from)) return alt;
  return (
    <a href={from} target="_blank" rel="noreferrer noopener" className="text-accent underline">
      {alt || from}
    </a>
  );
}
