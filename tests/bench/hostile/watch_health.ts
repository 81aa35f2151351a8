/** Asks for `/healthz` in a thread of its own, so that nothing of who measures is in its figures. */
import type { WatchHealth } from "./measure_callers.ts";

const EVERY_MS = 25;
/** A host that does not answer for so long stands still. */
const STANDS_STILL_MS = 30_000;

const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent<WatchHealth>) => void;
  postMessage(samples: readonly number[]): void;
};

const samples: number[] = [];
let isOver = false;

thread.onmessage = ({ data }) => {
  if (data.url !== undefined) void watch(data.url);
  else {
    isOver = true;
    thread.postMessage(samples);
  }
};

async function watch(url: string): Promise<void> {
  while (!isOver) {
    const began = performance.now();
    const signal = AbortSignal.timeout(STANDS_STILL_MS);
    const response = await fetch(url, { signal }).catch(() => undefined);
    await response?.body?.cancel();
    if (isOver) break;
    samples.push(response?.status === 200 ? performance.now() - began : STANDS_STILL_MS);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
