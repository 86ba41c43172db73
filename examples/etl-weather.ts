// Extract, transform, load: four years of daily weather in Seattle and New York, summarised month by month.
// One task per station and month runs concurrently with the others (a fan-out of 96), then one task per
// station collects their results.
//
//   node examples/etl-weather.ts
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flow, runLogger, task } from "../src/index.ts";
import { parseCsv, readData } from "./data.ts";

interface Day {
  station: string;
  /** 2012-01-01 */
  date: string;
  rain: number;
  high: number;
  low: number;
}
interface Month {
  station: string;
  month: string;
  days: number;
  rainyDays: number;
  rain: number;
  meanHigh: number;
  coldest: number;
}
interface Climate {
  station: string;
  months: number;
  wettest: string;
  warmest: string;
  rainPerYear: number;
}

const extract = task({ name: "extract", tags: ["weather"] }, async (): Promise<Day[]> => {
  const rows = parseCsv(await readData("weather.csv"));
  runLogger().info(`Read ${rows.length} days`);
  return rows.map((row) => ({
    station: row.location ?? "",
    date: row.date ?? "",
    rain: Number(row.precipitation),
    high: Number(row.temp_max),
    low: Number(row.temp_min),
  }));
});

const byMonth = task({ name: "by-month" }, (days: Day[]): Day[][] => {
  const groups = Map.groupBy(days, ({ station, date }) => `${station} ${date.slice(0, 7)}`);
  return [...groups.values()];
});

const summarise = task(
  { name: "summarise", runName: ([day]) => `summarise-${day?.station}-${day?.date.slice(0, 7)}` },
  (days: Day[]): Month => {
    const [first] = days;
    if (!first) throw new Error("a month without days");
    const summary = {
      station: first.station,
      month: first.date.slice(0, 7),
      days: days.length,
      rainyDays: days.filter(({ rain }) => rain > 0).length,
      rain: sum(days.map(({ rain }) => rain)),
      meanHigh: sum(days.map(({ high }) => high)) / days.length,
      coldest: Math.min(...days.map(({ low }) => low)),
    };
    runLogger().info(`${summary.station} ${summary.month}: ${summary.rain.toFixed(0)} mm of rain`);
    if (summary.coldest < -10)
      runLogger().warn(`${summary.station} ${summary.month}: down to ${summary.coldest} °C`);
    return summary;
  },
);

const describe = task(
  { name: "describe", runName: "describe-{0}" },
  (station: string, all: Month[]): Climate => {
    const months = all.filter((month) => month.station === station);
    const most = (value: (month: Month) => number) =>
      months.toSorted((a, b) => value(b) - value(a))[0]?.month ?? "–";
    return {
      station,
      months: months.length,
      wettest: most(({ rain }) => rain),
      warmest: most(({ meanHigh }) => meanHigh),
      rainPerYear: sum(months.map(({ rain }) => rain)) / (months.length / 12),
    };
  },
);

const load = task({ name: "load" }, async (climates: Climate[]): Promise<string> => {
  const folder = join(tmpdir(), "praetor-examples");
  await mkdir(folder, { recursive: true });
  const path = join(folder, "climate.json");
  await writeFile(path, JSON.stringify(climates, null, 2));
  runLogger().info(`Wrote ${path}`);
  return path;
});

const etlWeather = flow({ name: "etl-weather", tags: ["example", "weather"] }, async () => {
  const days = await extract();
  const groups = await byMonth(days);
  const months = summarise.map(groups);
  const stations = [...new Set(days.map(({ station }) => station))];
  const climates = stations.map((station) => describe.submit(station, months));
  return load.submit(climates).result();
});

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

console.log(await etlWeather());
