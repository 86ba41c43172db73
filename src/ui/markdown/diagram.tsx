import mermaid from "mermaid";
import { useEffect, useId, useState } from "react";
import { useMedia } from "../kit/media.ts";
import { ScrollBox } from "../kit/scroll-box.tsx";
import { useSettings } from "../settings.ts";
import { CodeBlock } from "./code-block.tsx";

type Drawn = { kind: "image"; address: string; width: number } | { kind: "failed"; reason: string };

/** Draws what is written in Mermaid's language, in the colours of the theme; where that fails, shows it as it was written. */
export function Diagram({ text }: { text: string }) {
  const { theme } = useSettings();
  const isSystemDark = useMedia("(prefers-color-scheme: dark)");
  const isDark = theme === "dark" || (theme === "system" && isSystemDark);
  const id = `diagram-${useId().replaceAll(/\W/g, "")}`;
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    let left = false;
    void draw(id, text, isDark).then((result) => left || setDrawn(result));
    return () => {
      left = true;
    };
  }, [id, text, isDark]);
  if (drawn?.kind !== "image")
    return (
      <div className="flex flex-col gap-1">
        {drawn && <p className="text-danger">Could not draw the diagram: {drawn.reason}</p>}
        <CodeBlock text={text} />
      </div>
    );
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <ScrollBox label="Diagram" className="p-3">
        <img
          src={drawn.address}
          alt="Diagram, described by its source below"
          className="mx-auto max-w-none"
          style={{ width: `min(${drawn.width}px, max(100%, ${narrowest}px))` }}
        />
      </ScrollBox>
      <details>
        <summary className="text-xs text-muted">Source of the diagram</summary>
        <CodeBlock text={text} />
      </details>
    </figure>
  );
}

/** Smaller than that, a wide diagram scrolls instead of shrinking. */
const narrowest = 480;

let last: Promise<unknown> = Promise.resolve();

/** One after the other: the library has one configuration for all. */
function draw(id: string, text: string, isDark: boolean): Promise<Drawn> {
  const drawn = last.then(async (): Promise<Drawn> => {
    try {
      mermaid.initialize(configuration(isDark));
      const { svg } = await mermaid.render(id, text);
      const width = Number(/viewBox="[-\d.]+ [-\d.]+ ([\d.]+)/.exec(svg)?.[1] ?? 600);
      // As an image it can neither run anything nor fetch anything, whatever its text has put into it.
      return {
        kind: "image",
        address: `data:image/svg+xml,${encodeURIComponent(svg)}`,
        width: Math.ceil(width),
      };
    } catch (error) {
      // Its further lines are a picture of the place and all words that could stand there.
      const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      return { kind: "failed", reason: reason.replace(/:$/, "") };
    }
  });
  last = drawn;
  return drawn;
}

/** Characters of a diagram: laying one out holds the page. */
const maxTextSize = 20_000;

function configuration(isDark: boolean) {
  const { fg, muted, line, surface, sunken, soft } = colors();
  return {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    maxTextSize,
    htmlLabels: false,
    // An image has no fonts of the page.
    fontFamily: "ui-sans-serif, system-ui, sans-serif",
    theme: "base",
    sequence: { actorFontSize: 13, messageFontSize: 13, noteFontSize: 13 },
    themeVariables: {
      ...{ darkMode: isDark, background: surface, fontSize: "13px" },
      ...{ primaryColor: sunken, primaryTextColor: fg, primaryBorderColor: line },
      ...{ secondaryColor: soft, tertiaryColor: surface, lineColor: muted, textColor: fg },
      ...{ noteBkgColor: soft, noteTextColor: fg, noteBorderColor: line, dropShadow: "none" },
    },
  } as const;
}

const colors = () => ({
  fg: hex("fg"),
  muted: hex("muted"),
  line: hex("control-line"),
  surface: hex("surface"),
  sunken: hex("sunken"),
  soft: hex("accent-soft"),
});

/** A colour of the theme in the one form that the library reads. */
function hex(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  const context = document.createElement("canvas").getContext("2d");
  if (!context) throw new Error("expected a canvas to draw on");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
