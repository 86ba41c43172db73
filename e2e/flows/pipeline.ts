import { flow, runLogger, task } from "../../src/index.ts";

const extract = task({ name: "extract" }, () => {
  runLogger().info("read 9 rows");
  return [3, 1, 4, 1, 5, 9, 2, 6, 5];
});

const measure = task({ name: "measure" }, (row: number) => {
  runLogger().info(`measured ${row}`);
  return row * 2;
});

const publish = task({ name: "publish" }, (rows: number[]) => {
  runLogger().info(`published ${rows.length} rows`);
  return rows.length;
});

const main = flow({ name: "pipeline" }, async () => {
  const rows = extract.submit();
  return await publish.submit(measure.map(rows)).result();
});

await main();
