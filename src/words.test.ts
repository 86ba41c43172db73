import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { declarationsIn } from "./testing/syntax.ts";

// Standard concepts have standard names: docs/GLOSSARY.md. Each retired name is listed with its replacement. Compared are
// whole names of declarations, and of files without their extension.
const retired: Readonly<Record<string, string>> = {
  Absence: "OutageReporter",
  Around: "context, deps",
  Ask: "ConfirmDialog",
  AskedWorkers: "WorkersOnRequest",
  Asking: "InputPauseOptions",
  attend: "requestPipeline",
  Beating: "HeartbeatSource",
  breath: "yieldToEventLoop",
  CliTwin: "CliCommand",
  createLonely: "createInDefaultPool",
  Cut: "PageWindow",
  Deed: "ActionResult",
  deed: "action",
  Desk: "ActionContext",
  desk: "context, deps",
  Drive: "AccessPath",
  Drives: "AccessPath",
  Ear: "SocketClient",
  Everything: "SelectionDialog",
  Explainer: "WaitExplainer",
  FlowDoor: "FlowEntrypoint",
  flowDoor: "flowEntrypoint",
  FromEmbedded: "EmbeddedMessage",
  FromRun: "MessageFromRun",
  Front: "HttpServer",
  "given-up": "fenced-attempts",
  handBack: "releaseRun",
  HandingOut: "RunDispatcher",
  handingOut: "dispatcher",
  HeardEvent: "ReceivedEvent",
  holdClocks: "pauseClocks",
  inputLook: "inputClass",
  languageOf: "queryLanguage",
  letGoOfSlot: "releaseSlot",
  LimitDeed: "LimitAction",
  lonely: "inDefaultPool",
  lonelyPool: "defaultPoolName",
  lonelyQueueWrites: "defaultPoolQueues",
  Meaning: "CompiledQuery",
  mended: "replaceUnstorable",
  moveFlowRun: "transitionFlowRun",
  Moves: "TransitionBatcher",
  moveTaskRun: "transitionTaskRun",
  Occasion: "ExecutionContext",
  occasion: "executionContext",
  Office: "deps",
  office: "deps",
  Ordered: "ControlHandlers",
  Orders: "RunControls",
  OwnTeller: "LocalChangeFeed",
  PoolDeed: "PoolAction",
  ScheduleDesk: "ScheduleDeps",
  ServiceBoard: "ServiceMonitor",
  Sieve: "ClientFilter",
  sieve: "matching",
  speaksForItself: "selfExplanatory",
  StandIn: "SubflowTask",
  standIn: "createSubflowTask",
  Stretch: "TimeRange",
  Tally: "Rollup",
  Teller: "ChangeFeed",
  teller: "feed",
  tellOfDeployment: "publishDeployment",
  tellOfDeployments: "publishDeployments",
  tellOfEnd: "emitChainEnd",
  tellOfForce: "emitForcedState",
  tellOfLimits: "publishLimits",
  tellOfPlaces: "publishPlaces",
  tellOfRelease: "publishRelease",
  tellOfRequest: "logRequest",
  tellOfTransition: "traceTransition",
  tellRunner: "sendToRunner",
  tellStored: "publishStored",
  Tickets: "SlotQueue",
  tiedTo: "inputProps",
  Together: "GroupCommit",
  ToRun: "MessageToRun",
  TreeTwin: "AccessibleTree",
  Turns: "SerialQueue",
  useDeed: "useSubmit",
  useHeld: "useFrozenSelection",
  useHindrances: "useBlockers",
  useUsual: "useTypicalDurations",
  usualEvent: "standardEvent",
  usualOf: "typicalDurationOf",
  Visit: "RequestMetadata",
  Whereabouts: "ServerConnection",
  Wish: "SlotRequest",
  Yielder: "TimeSlice",
};

const root = join(import.meta.dirname, "..");
const folders = ["src", "e2e", "bench", "examples", "scripts"];
const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  // Landed migrations never change; this file declares the names itself.
  .filter(
    (file) => /\.(tsx?|mjs)$/.test(file) && !file.includes("/migrations/") && file !== "src/words.test.ts",
  );

const stem = (file: string): string => basename(file).replace(/(\.(test|test-d|spec|config))?\.\w+$/, "");
const isRetired = (name: string): boolean => Object.hasOwn(retired, name);

test.each(folders)("no declaration in %s has a retired name", (folder) => {
  const found = files
    .filter((file) => file.startsWith(`${folder}/`))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const names = [stem(file), ...declarationsIn(file, text)];
      return [...new Set(names)].filter(isRetired).map((name) => `${file}: ${name}, now ${retired[name]}`);
    });
  expect(found).toEqual([]);
});

test("names of variables, functions, classes, types, members and parameters are checked", () => {
  const text = `
    import { imported } from "./x.ts";
    export const a = 1, { b, c: d, ...e } = x, [f] = y;
    function g<H>(i: number, { j } = {}, ...k: string[]) { return (l) => l.notDeclared; }
    class M { n = 1; readonly #o = 2; p() {} constructor(private q: string) {} }
    interface R { s: string; t(u: number): void }
    type V = { w: 1 };
    enum X { y }
    const z = { aa: 1, bb() {}, "stored-name": 1, cc };
    try {} catch (dd) {}
  `;
  const expected = "a b d e f g H i j k l M n o p q R s t u V w X y z aa bb dd".split(" ");
  expect(declarationsIn("sample.ts", text).toSorted()).toEqual(expected.toSorted());
});
