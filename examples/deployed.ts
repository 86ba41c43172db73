// Deployments: flows that run on schedules and on request. Two are served from this process;
// each run has its own process.
//
// - weather-report takes parameters of every kind, to show them in the dashboard's form.
// - quake-bulletin runs one at a time; a second run waits for the first.
//
// Both read their data under the global concurrency limit "archive", if there is one:
//
//   praetor concurrency-limit create archive 2
//   node examples/deployed.ts
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { concurrency, flow, runLogger, serve, task } from "../src/index.ts";
import { parseCsv, readData } from "./data.ts";

/** The archive is slow, and takes few readers at a time. */
const readArchive = task({ name: "read-archive", tags: ["archive"] }, async (file: string) => {
  await using _ = await concurrency("archive", { timeout: "2m" });
  await sleep(1500);
  return readData(file);
});

const Answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("summary") }),
  z.object({ kind: z.literal("extremes"), count: z.int().min(1).max(20).default(3) }),
]);

const ReportParameters = z.object({
  station: z.enum(["Seattle", "New York"]).default("Seattle").describe("Where it was measured"),
  from: z.iso.date().default("2012-01-01").describe("First day, from 2012-01-01 on"),
  to: z.iso.date().default("2015-12-31").describe("Last day, up to 2015-12-31"),
  title: z.string().min(1).max(80).default("Weather report"),
  months: z
    .array(z.int().min(1).max(12))
    .default([6, 7, 8])
    .describe("Months that are looked at; all of them when the list is empty"),
  warm: z.number().min(-20).max(50).default(25).describe("A day is warm from this many °C on"),
  rain: z
    .object({
      dryBelow: z.number().min(0).default(0.2).describe("mm"),
      wetAbove: z.number().min(0).default(10).describe("mm"),
    })
    .prefault({})
    .describe("What counts as a dry and as a wet day"),
  answer: Answer.default({ kind: "summary" }),
  needsData: z.boolean().default(true).describe("Whether no day at all is a failure"),
});
type ReportParameters = z.output<typeof ReportParameters>;

interface Day {
  date: string;
  high: number;
  rain: number;
}

const choose = task({ name: "choose-days" }, (csv: string, wanted: ReportParameters): Day[] =>
  parseCsv(csv)
    .filter(({ location, date = "" }) => {
      const month = Number(date.slice(5, 7));
      const isWanted = wanted.months.length === 0 || wanted.months.includes(month);
      return location === wanted.station && date >= wanted.from && date <= wanted.to && isWanted;
    })
    .map((row) => ({ date: row.date ?? "", high: Number(row.temp_max), rain: Number(row.precipitation) })),
);

const answerWith = task({ name: "answer" }, (days: Day[], { answer, warm, rain }: ReportParameters) => {
  if (answer.kind === "extremes") {
    const hottest = days.toSorted((a, b) => b.high - a.high).slice(0, answer.count);
    return hottest.map(({ date, high }) => `${date}: ${high} °C`);
  }
  const count = (test: (day: Day) => boolean) => days.filter(test).length;
  return [
    `${days.length} days`,
    `${count((day) => day.high >= warm)} warm`,
    `${count((day) => day.rain < rain.dryBelow)} dry`,
    `${count((day) => day.rain > rain.wetAbove)} wet`,
  ];
});

export const weatherReport = flow(
  {
    name: "weather-report",
    description: "Counts warm, dry and wet days of a station, or lists its hottest.",
    params: ReportParameters,
    runName: ({ station }) => `report-${station.toLowerCase().replace(" ", "-")}`,
    tags: ["example", "weather"],
  },
  async (wanted) => {
    const days = await choose(await readArchive("weather.csv"), wanted);
    if (days.length === 0 && wanted.needsData)
      throw new Error(`no day of ${wanted.station} between ${wanted.from} and ${wanted.to} in these months`);
    const lines = await answerWith(days, wanted);
    runLogger().info(`${wanted.title}: ${lines.join(", ")}`);
    return lines;
  },
);

interface Feature {
  properties: { mag: number; place: string };
}

export const quakeBulletin = flow(
  { name: "quake-bulletin", description: "Names the strongest earthquakes of a week.", tags: ["example"] },
  async (strongest = 3) => {
    const { features }: { features: Feature[] } = JSON.parse(await readArchive("earthquakes.json"));
    const quakes = features.map(({ properties }) => properties).toSorted((a, b) => b.mag - a.mag);
    const lines = quakes.slice(0, strongest).map(({ mag, place }) => `M ${mag.toFixed(1)} ${place}`);
    runLogger().info(lines.join("\n"));
    await sleep(5000);
    return lines;
  },
);

if (import.meta.main) {
  await serve(
    weatherReport.toDeployment({
      name: "by-the-minute",
      description: "Both stations in turn, and on Monday mornings the extremes.",
      schedules: [
        { cron: "*/2 * * * *", slug: "seattle" },
        { cron: "1-59/2 * * * *", slug: "new-york", parameters: { station: "New York" } },
        {
          rrule: "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30;BYSECOND=0",
          timezone: "America/Los_Angeles",
          slug: "monday",
          parameters: { answer: { kind: "extremes", count: 5 }, title: "Monday's extremes" },
        },
      ],
    }),
    quakeBulletin.toDeployment({ name: "steady", interval: "90s", limit: 1 }),
    { limit: 4 },
  );
}
