import { Download } from "lucide-react";
import { IconButton } from "../../kit/controls/button.tsx";
import { Menu } from "../../kit/overlays/menu.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { saveBlob, saveText } from "../../parts/actions/download.ts";
import type { RunModel } from "../model.ts";
import type { Rect, Scene } from "../scene.ts";
import type { Paints } from "../tones.ts";
import { plainPaints, pngOf } from "./raster.ts";
import { svgOf, tooLarge, wholeOf } from "./svg.ts";

interface Props {
  scene: Scene;
  model: RunModel;
  paints: Paints | undefined;
  /** The part of the graph in view. */
  area: () => Rect;
}

/** Saves the graph as a picture: all of it, or what is in view. */
export function SaveMenu({ scene, model, paints, area }: Props) {
  const save = async (kind: "svg" | "png", part: Rect) => {
    if (!paints) return;
    const reason = tooLarge(scene, part);
    if (reason) return toast.failed("Could not save the graph", new Error(reason));
    const { title } = document;
    const svg = svgOf({ scene, model, title, area: part, paints: plainPaints(paints) });
    const name = `graph-${model.flowRunId}.${kind}`;
    try {
      if (kind === "svg") saveText(svg, name, "image/svg+xml");
      else saveBlob(await pngOf(svg, part), name);
    } catch (error) {
      toast.failed("Could not save the graph", error);
    }
  };
  const items = (what: string, part: () => Rect) =>
    (["svg", "png"] as const).map((kind) => ({
      label: `${what} as ${kind.toUpperCase()}`,
      onSelect: () => void save(kind, part()),
    }));
  return (
    <Menu
      trigger={
        <IconButton label="Save the graph" className="border border-line-strong bg-surface">
          <Download size={13} />
        </IconButton>
      }
      groups={[items("Whole graph", () => wholeOf(scene)), items("Part in view", area)]}
    />
  );
}
