import { afterAll, expect, test, vi } from "vitest";
import { makeFolder, runScript } from "../testing/scripts.ts";

// Allocates half a gigabyte, in a separate process.
vi.setConfig({ testTimeout: 180_000 });

const most = 60;

const folder = makeFolder();
afterAll(() => folder.remove());

const run = async (body: string) => {
  const code = `
    import { flow, task } from "praetor-flow";
    const bytes = () => { globalThis.gc?.(); return process.memoryUsage().arrayBuffers; };
    const before = bytes();
    // Waits for collection: garbage disappears eventually, retained objects never do.
    const settle = async () => {
      for (const start = Date.now(); ; ) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const grown = bytes() - before;
        if (grown < ${most * 1_000_000} || Date.now() - start > 20_000) return grown;
      }
    };
    const make = task({ name: "make" }, async (_: number) => Buffer.alloc(100_000, 1));
    const size = task({ name: "size" }, async (buffer: Buffer) => buffer.length);
    ${body}
  `;
  const script = runScript(folder.path, code, {
    flags: ["--expose-gc"],
    env: { PRAETOR_LOG_LEVEL: "error" },
  });
  expect(await script.ended, script.output()).toBe(0);
  return Number(/GROWN (-?\d+)/.exec(script.output())?.[1]) / 1_000_000;
};

test("5,000 unreferenced futures retain none of their 500 MB", async () => {
  const grown = await run(`
    await flow({ name: "dropped" }, async () => {
      let peak = 0;
      for (let n = 0; n < 5000; n++) {
        make.submit(n);
        if (n % 500 === 499) peak = Math.max(peak, await settle());
      }
      console.log("GROWN", peak);
    })();
  `);
  expect(grown).toBeLessThan(most);
});

test("results of a chain are collected once their consumers have run, though the last futures are held", async () => {
  const grown = await run(`
    await flow({ name: "chain" }, async () => {
      const held = [];
      for (let n = 0; n < 2000; n++) {
        held.push(size.submit(make.submit(n)));
        if (n % 200 === 199) await settle();
      }
      for (const one of held) if (await one.result() !== 100_000) throw new Error("wrong");
      console.log("GROWN", await settle());
    })();
  `);
  expect(grown).toBeLessThan(most);
});
