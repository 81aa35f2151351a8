/** Where the system does not say how many descriptors a process may have. */
const DESCRIPTORS_UNKNOWN = 512;
const MOST = 1_024;

/**
 * How many connections the gateway takes where nothing else is configured: half of the descriptors
 * that the system gives this process. The other half is for workers, servers and files.
 */
export async function defaultMaxConnections(): Promise<number> {
  return Math.min(MOST, Math.floor((await descriptorLimit()) / 2));
}

async function descriptorLimit(): Promise<number> {
  const text = await Deno.readTextFile("/proc/self/limits").catch(() => "");
  const soft = /^Max open files +(\d+)/m.exec(text)?.[1];
  return soft === undefined ? DESCRIPTORS_UNKNOWN : Number(soft);
}
