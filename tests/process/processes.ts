/** Whether a process runs; one that ended and was not waited for does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    // The state follows the name, which is in brackets and may hold anything.
    return stat.charAt(stat.lastIndexOf(")") + 2) !== "Z";
  } catch {
    return false;
  }
}

/** Resolves to those of `pids` that still run after a second. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
  const deadline = Date.now() + 1_000;
  let running = [...pids];
  while (running.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const states = await Promise.all(running.map(isRunning));
    running = running.filter((_, index) => states[index]);
  }
  return running;
}

/** Resolves to the first `count` lines of a stream, and gives the rest of it up. */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  count: number,
): Promise<string[]> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as Decoder)) {
    text += chunk;
    if (text.split("\n").length > count) break;
  }
  return text.split("\n").slice(0, count);
}

type Decoder = ReadableWritablePair<string, Uint8Array>;
