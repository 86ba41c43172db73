import { expect, test } from "vitest";
import type { RunNode } from "../../../schema/graphs.ts";
import { layoutGraph } from "../layout/layout.ts";
import { RunModel } from "../model.ts";
import { sceneOf } from "../scene.ts";
import { laneRows } from "../timeline/lane-rows.ts";
import { toneLabel } from "../tones.ts";
import { lanesPicture } from "./lanes-svg.ts";
import { scaleFor } from "./raster.ts";
import { mostItems, svgOf, tooLarge, wholeOf } from "./svg.ts";

const task = (name: string, parents: number[] = [], more: Partial<RunNode> = {}): RunNode => ({
  ...{ kind: "task-run", id: name, task_run_id: name, name, task_key: name },
  ...{ state_type: "COMPLETED", state_name: "Completed", run_count: 1, start: 0, end: 61_000, created: 0 },
  ...{ parents, within: -1, segments: [] },
  ...more,
});

function drawn(nodes: RunNode[]) {
  const model = new RunModel({ flow_run_id: "run", flow_name: "etl", segments: [], seq: 1, nodes });
  const layout = layoutGraph(model.input);
  model.setFamilies(layout.family);
  return { model, scene: sceneOf(layout) };
}

const tone = { ...toneLabel };
for (const name of Object.keys(tone)) Reflect.set(tone, name, "#123456");
const paints = {
  tone,
  ...{ bg: "#ffffff", surface: "#ffffff", sunken: "#eeeeee", line: "#dddddd", lineStrong: "#cccccc" },
  ...{ edge: "#888888", fg: "#000000", muted: "#555555", faint: "#999999" },
  ...{ accent: "#0000ff", accentSoft: "#eeeeff" },
};
const document = (svg: string) => new DOMParser().parseFromString(svg, "image/svg+xml");
const whole = (nodes: RunNode[], title = "etl") => {
  const { model, scene } = drawn(nodes);
  return svgOf({ scene, model, paints, area: wholeOf(scene), title });
};

test("the graph becomes a document of its own, with names as text and every dependency", () => {
  const svg = whole([
    task("read"),
    task("load", [0], { state_type: "FAILED", state_name: "Failed", run_count: 3 }),
    ...Array.from({ length: 9 }, (_, index) => task(`part-${index}`, [0], { task_key: "part" })),
  ]);
  const root = document(svg).documentElement;
  const texts = [...root.querySelectorAll("text")].map((text) => text.textContent);
  expect(texts).toEqual(expect.arrayContaining(["read", "load", "part ×9", "9 completed"]));
  expect(texts).toContainEqual(expect.stringMatching(/^Failed · 1m 1s · 3/));
  expect(root.querySelectorAll("g[fill=none] path")).toHaveLength(2);
  expect(root.querySelector("g[fill=none] title")?.textContent).toBe("9 dependencies");
  // Nothing is fetched by whoever opens it, and nothing is a name that only this page knows.
  expect(svg).not.toMatch(/href|url\(|var\(|@import|<style/);
});

test("what names hold stays text", () => {
  const name = `</text><script>alert(1)</script>&"\u0000\ud800`;
  const svg = whole([task(name, [], { name })], name);
  const root = document(svg).documentElement;
  expect(root.querySelector("script")).toBeNull();
  expect(root.querySelector("g title")?.textContent).toBe(`</text><script>alert(1)</script>&"`);
  expect(svg).toContain("&lt;script&gt;");
});

test("a part holds what is in it, and a longer name than its card is cut with the whole at hand", () => {
  const name = "a-name-that-is-longer-than-any-card-of-a-task-could-be-drawn-in-a-graph".repeat(3);
  const { model, scene } = drawn([task(name), task("b", [0]), task("c", [1])]);
  const item = scene.itemOf(0);
  if (!item) throw new Error("expected the card of the first task");
  const { x, y, width, height } = item;
  const svg = svgOf({ scene, model, paints, area: { x, y, width, height }, title: "part" });
  const root = document(svg).documentElement;
  expect(root.querySelectorAll("g title")).toHaveLength(1);
  expect(root.querySelector("g title")?.textContent).toBe(name);
  expect(root.querySelector("text")?.textContent).toMatch(/^a-name-that.*…$/);
});

test("a picture is bounded: in tasks, and in pixels", () => {
  const { items } = drawn([task("a")]).scene;
  const many = Array.from({ length: mostItems + 1 }).flatMap(() => items[0] ?? []);
  expect(tooLarge({ within: () => many }, { x: 0, y: 0, width: 9, height: 9 })).toBe(
    "10,001 tasks are too many for a picture",
  );
  expect(scaleFor({ width: 800, height: 600 })).toBe(2);
  const scale = scaleFor({ width: 40_000, height: 30_000 });
  expect(40_000 * scale).toBeLessThanOrEqual(8_192);
  expect(40_000 * scale * 30_000 * scale).toBeLessThanOrEqual(32_000_001);
});

test("the axis of time with its lanes becomes a document as well", () => {
  const segments = (from: number, to: number): RunNode["segments"] => [
    ["RUNNING", "Running", from],
    ["COMPLETED", "Completed", to],
  ];
  const nodes = [
    task("read", [], { segments: segments(0, 4_000) }),
    task("load <x>", [0], { segments: segments(4_000, 9_000) }),
  ];
  const model = new RunModel({
    ...{ flow_run_id: "run", flow_name: "etl", seq: 1, nodes },
    segments: [["RUNNING", "Running", 0]],
  });
  const rows = laneRows({ model, subflows: new Set(), now: 9_000, labelOf: () => 0 });
  const chart = { model, rows, rowHeight: 36, whole: { from: 0, to: 10_000 }, now: undefined, width: 900 };
  const picture = lanesPicture(chart, paints, "etl");
  if ("reason" in picture) throw new Error(picture.reason);
  const root = document(picture.svg).documentElement;
  const texts = [...root.querySelectorAll("text")].map((text) => text.textContent);
  expect(texts).toEqual(expect.arrayContaining(["0", "+1s", "read", "load <x>"]));
  expect(root.querySelectorAll("g[fill=none] path")).toHaveLength(1);
  expect(Number(root.getAttribute("height"))).toBe(picture.height);
  const long = {
    ...chart,
    rows: [{ kind: "lane", node: -1, depth: 0, bars: Array(20_000).fill(0) }],
  } as const;
  expect(lanesPicture(long, paints, "etl")).toEqual({ reason: "20,000 tasks are too many for a picture" });
});
