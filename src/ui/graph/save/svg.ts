import { stateStyle } from "../../parts/runs/states.ts";
import { duration } from "../../parts/time/durations.ts";
import { traceEdge, traceHead } from "../canvas/edge-path.ts";
import { labelOf, taskNameOf } from "../describe.ts";
import { at } from "../layout/arrays.ts";
import type { ModelNode, RunModel } from "../model.ts";
import type { Item, Rect, Scene } from "../scene.ts";
import { type Paints, toneLabel, toneOf, tones } from "../tones.ts";
import type { Picture } from "./save-menu.tsx";
import { documentOf, escaped, PathText, rect, text } from "./svg-parts.ts";

export interface Drawing {
  scene: Scene;
  model: RunModel;
  /** As colours that any program knows. */
  paints: Paints;
  /** The part of the graph that is drawn. */
  area: Rect;
  /** What the picture is of, for those who hear it. */
  title: string;
}

/** A file with more of them opens in no program, and nobody would read it. */
export const mostItems = 10_000;
const mostEdges = 30_000;

/** Room around the whole. */
const margin = 24;

/** The whole of the graph, with some room around it. */
export const wholeOf = ({ layout: { width, height } }: Scene): Rect => ({
  ...{ x: -margin, y: -margin, width: width + 2 * margin, height: height + 2 * margin },
});

const itemsIn = (scene: Pick<Scene, "within">, { x, y, width, height }: Rect): Item[] =>
  scene
    .within({ x, y, width, height })
    .filter(
      (item) =>
        item.x < x + width && item.x + item.width > x && item.y < y + height && item.y + item.height > y,
    );

/** Why this part cannot be a picture; undefined where it can. */
export function tooLarge(scene: Pick<Scene, "within">, area: Rect): string | undefined {
  const count = itemsIn(scene, area).length;
  return count > mostItems ? `${count.toLocaleString("en")} tasks are too many for a picture` : undefined;
}

/** The part of the graph as a picture, made when it is asked for. */
export const pictureOf =
  ({ scene, model, area }: Pick<Drawing, "scene" | "model"> & { area: () => Rect }) =>
  (paints: Paints, title: string): Picture => {
    const part = area();
    const reason = tooLarge(scene, part);
    if (reason) return { reason };
    const { width, height } = part;
    return { svg: svgOf({ scene, model, title, area: part, paints }), width, height };
  };

/** The graph as an SVG document that needs nothing else: text stays text, and the colours are those of the theme. */
export function svgOf(drawing: Drawing): string {
  const { scene, paints, area, title } = drawing;
  const items = itemsIn(scene, area);
  const around = items.filter(({ kind }) => kind === "frame" || kind === "container");
  const cards = items.filter(({ kind }) => kind !== "frame" && kind !== "container");
  const [width, height] = [Math.ceil(area.width), Math.ceil(area.height)];
  return documentOf({ x: area.x, y: area.y, width, height }, title, [
    rect({ x: area.x, y: area.y, width, height }, { fill: paints.bg }),
    ...around.map((item) => frameOf(drawing, item)),
    edgesOf(drawing),
    ...cards.map((item) => (item.kind === "family" ? familyOf(drawing, item) : cardOf(drawing, item))),
  ]);
}

function edgesOf({ scene, paints, area }: Drawing): string {
  const { edges, paths } = scene.layout;
  const lines: string[] = [];
  const heads = new PathText();
  for (let edge = 0; edge < edges.from.length && lines.length < mostEdges; edge++) {
    if (!touches(scene.edgeBounds, edge, area)) continue;
    const weight = at(edges.weight, edge);
    const line = new PathText();
    traceEdge(line, paths, edge);
    const width = weight === 1 ? 1.25 : weight < 20 ? 2.5 : 4;
    const more = weight === 1 ? "" : `<title>${weight.toLocaleString("en")} dependencies</title>`;
    lines.push(`<path d="${line.text}" stroke-width="${width}">${more}</path>`);
    traceHead(heads, paths, edge, width);
  }
  return `<g fill="none" stroke="${paints.edge}">${lines.join("")}</g><path d="${heads.text}" fill="${paints.edge}"/>`;
}

function touches(bounds: Float64Array, edge: number, { x, y, width, height }: Rect): boolean {
  const [left, top, right, bottom] = bounds.subarray(edge * 4, edge * 4 + 4);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return false;
  return left <= x + width && right >= x && top <= y + height && bottom >= y;
}

/** The frame around an opened group or an opened subflow, with its name. */
function frameOf({ model, paints }: Drawing, item: Item): string {
  const node = model.nodes[item.node];
  const name =
    item.kind === "frame"
      ? `${taskNameOf(node?.task_key ?? "")} ×${model.membersOf(item.node).length}`
      : (node?.name ?? "");
  return [
    rect(item, { fill: paints.sunken, stroke: paints.line, rx: 10 }),
    text(name, {
      x: item.x + 12,
      y: item.y + 23,
      size: 13,
      weight: 600,
      fill: paints.fg,
      room: item.width - 24,
    }),
  ].join("");
}

/** A task, or a closed subflow: its state at the left edge and in words, its name, and how long it took. */
function cardOf({ model, paints }: Drawing, item: Item): string {
  const node = model.nodes[item.node];
  if (!node) return "";
  const tone = paints.tone[toneOf(node.state_type, node.state_name)];
  const [name, more] = labelOf(node);
  const room = item.width - 22;
  const middle = item.y + item.height / 2;
  const state =
    node.state_type === "COMPLETED" ? undefined : stateStyle(node.state_type, node.state_name).label;
  const line = [more, state, tookOf(node), triesOf(node)];
  return [
    `<g><title>${escaped(node.name)}</title>`,
    rect(item, { fill: paints.surface, stroke: paints.lineStrong, rx: 6 }),
    rect(item, { fill: tone, opacity: 0.07, rx: 6 }),
    rect({ ...item, width: 4 }, { fill: tone, rx: 2 }),
    text(name, { x: item.x + 13, y: middle - 3, size: 13, weight: 600, fill: paints.fg, room }),
    text(line.filter(Boolean).join(" · "), {
      ...{ x: item.x + 13, y: middle + 13, size: 11.5, weight: 400, room },
      fill: isFailure(node) ? tone : paints.muted,
    }),
    "</g>",
  ].join("");
}

const isFailure = ({ state_type }: ModelNode): boolean => state_type === "FAILED" || state_type === "CRASHED";
const tookOf = ({ start, end }: ModelNode): string =>
  start === null || end === null ? "" : duration((end - start) / 1000);
const triesOf = ({ run_count }: ModelNode): string => (run_count > 1 ? `${run_count} attempts` : "");

/** A group drawn as one: its name, the shares of states, and their numbers. */
function familyOf({ model, paints }: Drawing, item: Item): string {
  const members = model.membersOf(item.node).length;
  const histogram = model.histogram(item.node);
  const name = taskNameOf(model.nodes[item.node]?.task_key ?? "");
  const room = item.width - 24;
  const middle = item.y + item.height / 2;
  const shown = tones.filter((tone) => histogram[tone]);
  let left = item.x + 12;
  const shares = shown.map((tone) => {
    const width = ((histogram[tone] ?? 0) / members) * room;
    const share = rect({ x: left, y: middle - 3, width, height: 6 }, { fill: paints.tone[tone] });
    left += width;
    return share;
  });
  const told = shown.map((tone) => `${histogram[tone]} ${toneLabel[tone]}`).join(", ");
  return [
    `<g><title>${escaped(`${name}, ${members} tasks: ${told}`)}</title>`,
    rect({ ...item, y: item.y + 5 }, { fill: paints.surface, stroke: paints.lineStrong, rx: 6 }),
    rect(item, { fill: paints.surface, stroke: paints.lineStrong, rx: 6 }),
    text(`${name} ×${members}`, {
      x: item.x + 12,
      y: middle - 10,
      size: 13,
      weight: 600,
      fill: paints.fg,
      room,
    }),
    ...shares,
    text(told, { x: item.x + 12, y: middle + 18, size: 11.5, weight: 400, fill: paints.muted, room }),
    "</g>",
  ].join("");
}
