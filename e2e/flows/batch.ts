import { flow, task } from "../../src/index.ts";

const work = task({ name: "work" }, (place: number) => place);

const main = flow({ name: "batch", runName: "batch-{place}" }, async (place: number) => await work(place));

for (let place = 1; place <= Number(process.argv[2]); place++) await main(place);
