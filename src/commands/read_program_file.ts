import { resolve } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { startFolder } from "./start_folder.ts";

/**
 * Reads a program from a file, or from standard input where the name is `-`.
 *
 * @throws {AirlockError} USAGE
 */
export async function readProgramFile(file: string): Promise<string> {
  if (file === "-") return await new Response(Deno.stdin.readable).text();
  try {
    return await Deno.readTextFile(resolve(startFolder(), file));
  } catch (cause) {
    throw new AirlockError("USAGE", `Cannot read program: "${file}" cannot be opened`, { cause });
  }
}
