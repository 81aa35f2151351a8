import { join } from "@std/path";
import { sample } from "./statistics.ts";

/** What the same machine takes for a process that is not contained at all. */
export async function bareRuns(count: number): Promise<number[]> {
  const dir = await Deno.makeTempDir();
  const path = join(dir, "bare.js");
  await Deno.writeTextFile(path, "console.log(1 + 1);");
  const args = ["run", "--no-config", "--no-lock", path];
  try {
    return await sample(() => new Deno.Command(Deno.execPath(), { args }).output(), { count });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
