/** Asks for `/healthz` in a thread of its own, so that nothing of who measures is in its figures. */
import type { WatchHealth } from "./measure_callers.ts";

const EVERY_MS = 25;
/** A host that does not answer for so long stands still. */
const STANDS_STILL_MS = 30_000;

const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent<WatchHealth>) => void;
  postMessage(samples: readonly number[]): void;
};

let isOver = false;

thread.onmessage = async ({ data }) => {
  if (data.url === undefined) isOver = true;
  else thread.postMessage(await watch(data.url));
};

/** Asks at least once; what is on its way when told to stop counts too. */
async function watch(url: string): Promise<number[]> {
  const samples: number[] = [];
  do {
    const began = performance.now();
    const signal = AbortSignal.timeout(STANDS_STILL_MS);
    const response = await fetch(url, { signal }).catch(() => undefined);
    await response?.body?.cancel();
    samples.push(response?.status === 200 ? performance.now() - began : STANDS_STILL_MS);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  } while (!isOver);
  return samples;
}
