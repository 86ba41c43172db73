import { Download } from "lucide-react";
import { IconButton } from "../../kit/controls/button.tsx";
import { Menu } from "../../kit/overlays/menu.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { saveBlob, saveText } from "../../parts/actions/download.ts";
import { type Paints, readPaints } from "../tones.ts";
import { plainPaints, pngOf } from "./raster.ts";

/** An SVG document and its size, or why there can be none. */
export type Picture = { svg: string; width: number; height: number } | { reason: string };

interface Props {
  flowRunId: string;
  /** What can be saved, by its name. */
  parts: Readonly<Record<string, (paints: Paints, title: string) => Picture>>;
}

/** Saves the graph as a picture: all of it, or what is in view. */
export function SaveMenu({ flowRunId, parts }: Props) {
  const save = async (kind: "svg" | "png", draw: (paints: Paints, title: string) => Picture) => {
    const picture = draw(plainPaints(readPaints(document.documentElement)), document.title);
    if ("reason" in picture) return toast.failed("Could not save the graph", new Error(picture.reason));
    const name = `graph-${flowRunId}.${kind}`;
    try {
      if (kind === "svg") saveText(picture.svg, name, "image/svg+xml");
      else saveBlob(await pngOf(picture.svg, picture), name);
    } catch (error) {
      toast.failed("Could not save the graph", error);
    }
  };
  const groups = Object.entries(parts).map(([what, draw]) =>
    (["svg", "png"] as const).map((kind) => ({
      label: `${what} as ${kind.toUpperCase()}`,
      onSelect: () => void save(kind, draw),
    })),
  );
  return (
    <Menu
      trigger={
        <IconButton label="Save the graph" className="border border-line-strong bg-surface">
          <Download size={13} />
        </IconButton>
      }
      groups={groups}
    />
  );
}
