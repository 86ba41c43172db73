// A flow that fails because of its data. Among 3,201 films some have a number as their title
// ("1776", "300", "2012"), and one has no title. The code below does not expect that and throws.
// Look at the failed run: which batch, which film, and the chain of causes down to the line.
//
//   node examples/malformed-record.ts
import { flow, runLogger, task } from "../src/index.ts";
import { readData } from "./data.ts";

interface Film {
  Title: string;
  "Release Date": string;
  "Worldwide Gross": number | null;
}
interface Entry {
  slug: string;
  year: number;
  gross: number;
}

const batchSize = 400;

const readFilms = task({ name: "read-films", tags: ["films"] }, async (): Promise<Film[]> => {
  const films: Film[] = JSON.parse(await readData("movies.json"));
  runLogger().info(`Read ${films.length} films`);
  return films;
});

const split = task({ name: "split" }, (films: Film[]): { first: number; films: Film[] }[] => {
  const firsts = Array.from({ length: Math.ceil(films.length / batchSize) }, (_, index) => index * batchSize);
  return firsts.map((first) => ({ first, films: films.slice(first, first + batchSize) }));
});

const loadBatch = task(
  { name: "load-batch", runName: ({ first }) => `load-batch-${first}` },
  (batch: { first: number; films: Film[] }): Entry[] => {
    try {
      const entries = batch.films.map((film, index) => parseFilm(film, batch.first + index));
      runLogger().info(`Loaded ${entries.length} films from number ${batch.first} on`);
      return entries;
    } catch (error) {
      throw new LoadError(`The batch from film ${batch.first} on was not loaded`, { cause: error });
    }
  },
);

const count = task({ name: "count" }, (batches: Entry[][]): number => batches.flat().length);

const catalogue = flow({ name: "film-catalogue", tags: ["example", "films"] }, async () => {
  const films = await readFilms();
  const batches = await split(films);
  const loaded = await loadBatch.map(batches).result(); // throws the error of the first failed batch
  return count(loaded);
});

function parseFilm(film: Film, number: number): Entry {
  try {
    return {
      slug: slugOf(film.Title),
      year: yearOf(film["Release Date"]),
      gross: film["Worldwide Gross"] ?? 0,
    };
  } catch (error) {
    throw new RecordError(
      `Film ${number} cannot be read: ${JSON.stringify(film).slice(0, 80)}…`,
      number,
      error,
    );
  }
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

function yearOf(date: string): number {
  return new Date(date).getFullYear();
}

class RecordError extends Error {
  override name = "RecordError";
  readonly record: number;
  constructor(message: string, record: number, cause: unknown) {
    super(message, { cause });
    this.record = record;
  }
}

class LoadError extends Error {
  override name = "LoadError";
}

// The server has the run's failure; the script reports it with its exit code.
try {
  console.log(await catalogue());
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
