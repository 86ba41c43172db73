// Subflows within subflows: ten years of monthly closing prices. The portfolio runs one flow per company, each
// of those one flow per year, and each year consists of tasks. Open the outermost run and go down from there.
//
//   node examples/subflows-stocks.ts
import { flow, runLogger, task } from "../src/index.ts";
import { parseCsv, readData } from "./data.ts";

interface Price {
  symbol: string;
  year: number;
  price: number;
}
interface Year {
  year: number;
  gain: number;
  deepestFall: number;
}
interface Company {
  symbol: string;
  years: number;
  gain: number;
  best: number;
}

const readPrices = task({ name: "read-prices" }, async (): Promise<Price[]> => {
  const rows = parseCsv(await readData("stocks.csv"));
  return rows.map((row) => ({
    symbol: row.symbol ?? "",
    year: Number(row.date?.slice(-4)),
    price: Number(row.price),
  }));
});

const gainOf = task({ name: "gain" }, (prices: number[]): number => {
  const [first = Number.NaN] = prices;
  return (prices.at(-1) ?? first) / first - 1;
});

const deepestFallOf = task({ name: "deepest-fall" }, (prices: number[]): number => {
  let highest = 0;
  let deepest = 0;
  for (const price of prices) {
    highest = Math.max(highest, price);
    deepest = Math.min(deepest, price / highest - 1);
  }
  if (deepest < -0.4) runLogger().warn(`Fell by ${percent(-deepest)} from its height`);
  return deepest;
});

const analyseYear = flow(
  { name: "analyse-year", runName: "{0}-{1}" },
  async (symbol: string, year: number, prices: number[]): Promise<Year> => {
    const gain = gainOf.submit(prices);
    const fall = deepestFallOf.submit(prices);
    runLogger().info(`${symbol} in ${year}: ${percent(await gain.result())}`);
    return { year, gain: await gain.result(), deepestFall: await fall.result() };
  },
);

const analyseCompany = flow(
  { name: "analyse-company", runName: "{0}" },
  async (symbol: string, prices: Price[]): Promise<Company> => {
    const years: Year[] = [];
    for (const [year, inYear] of Map.groupBy(prices, (row) => row.year)) {
      const values = inYear.map(({ price }) => price);
      years.push(await analyseYear(symbol, year, values));
    }
    const best = years.toSorted((a, b) => b.gain - a.gain)[0]?.year ?? 0;
    const gain = await gainOf(prices.map(({ price }) => price));
    return { symbol, years: years.length, gain, best };
  },
);

const rank = task({ name: "rank" }, (companies: Company[]): string[] =>
  companies
    .toSorted((a, b) => b.gain - a.gain)
    .map(({ symbol, gain, best }, index) => `${index + 1}. ${symbol} ${percent(gain)}, best year ${best}`),
);

const portfolio = flow({ name: "portfolio", tags: ["example", "stocks"] }, async () => {
  const prices = await readPrices();
  const bySymbol = [...Map.groupBy(prices, ({ symbol }) => symbol)];
  const companies = await Promise.all(bySymbol.map(([symbol, own]) => analyseCompany(symbol, own)));
  const ranking = await rank(companies);
  for (const line of ranking) runLogger().info(line);
  return ranking;
});

const percent = (share: number): string => `${share >= 0 ? "+" : ""}${(share * 100).toFixed(0)} %`;

console.log((await portfolio()).join("\n"));
