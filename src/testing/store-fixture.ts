import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { ScopedChange, Store } from "../store/store.ts";
import { type TestClock, testClock } from "./clock.ts";

/** Opens an empty store on the given clock. */
export type OpenStore = (now: () => number) => Promise<Store>;

export interface Fixture {
  readonly store: Store;
  clock: TestClock;
}

/** A fresh store for every test of the enclosing suite. */
export function freshStore(open: OpenStore): Fixture {
  const fixture = fixtureOf();
  beforeEach(async () => {
    fixture.opened = await open(() => fixture.clock.now());
  });
  afterEach(() => closeTallied(fixture));
  return fixture;
}

/** One store for all tests of the enclosing suite, which only read what `seed` has created. */
export function sharedStore(open: OpenStore, seed: (fixture: Fixture) => Promise<unknown>): Fixture {
  const fixture = fixtureOf();
  beforeAll(async () => {
    fixture.opened = await open(() => fixture.clock.now());
    await seed(fixture);
  });
  afterAll(() => closeTallied(fixture));
  return fixture;
}

interface Openable extends Fixture {
  opened?: Store;
}

/** After every test, rollups equal the counts of the runs. */
async function closeTallied({ opened }: Openable): Promise<void> {
  if (!opened) return;
  const differences = await opened.rollups.differences().catch(() => "closed");
  await opened.close();
  if (differences !== "closed") expect(differences).toEqual([]);
}

function fixtureOf(): Openable {
  return {
    clock: testClock(),
    get store(): Store {
      if (!this.opened) throw new Error("The store is open only inside a test.");
      return this.opened;
    },
  };
}

/** All changes published from now on. */
export function recordChanges(store: Store, wants: (noun: string) => boolean = () => true) {
  const changes: ScopedChange[] = [];
  store.subscribe({ wants, onChanges: (some) => changes.push(...some) });
  return {
    changes,
    names: () => changes.map(({ noun, kind }) => `${noun} ${kind}`),
  };
}

/** Changes are published shortly after a commit, on a busy machine a little later. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });
