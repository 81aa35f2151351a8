import type { Compiler, NoCompiler } from "../policy/typecheck/compiler_process.ts";

/** What this machine offers for the type check, and how to get what is missing. */
export async function showCompiler(found: Compiler | NoCompiler): Promise<string> {
  if ("reason" in found) return `type check: not available\n  NO  ${found.reason}`;
  return await starts(found.path)
    ? `type check: available\n  yes TypeScript ${found.version}, native`
    : `type check: not available\n  NO  TypeScript ${found.version} does not start on this machine`;
}

async function starts(path: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(path, { args: ["--version"], clearEnv: true })
      .output();
    return success;
  } catch {
    return false;
  }
}
