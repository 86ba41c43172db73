import { flow, runLogger, task } from "../../src/index.ts";

interface Row {
  length: number;
}

const extract = task({ name: "extract" }, (): Row[] => {
  runLogger().info("read 9 rows");
  return [3, 1, 4, 1, 5, 9, 2, 6, 5].map((length) => ({ length }));
});

const measure = task({ name: "measure" }, ({ length }: Row) => {
  runLogger().info(`measured ${length}`);
  return length * 2;
});

const publish = task({ name: "publish" }, (lengths: number[]) => {
  runLogger().info(`published ${lengths.length} rows`);
  return lengths.length;
});

const main = flow({ name: "pipeline" }, async () => {
  const rows = extract.submit();
  return await publish.submit(measure.map(rows)).result();
});

await main();
