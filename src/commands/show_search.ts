import { AirlockError } from "../model/errors.ts";
import type { Runtime } from "../runs/runtime.ts";
import { terminalJson } from "../text/terminal_json.ts";

const DETAILS = ["name", "description", "full"] as const;
/** A person reads further than a model, and pays nothing for it. */
const MAX_MODEL_TOKENS = 100_000;

/** Options of {@linkcode showSearch}, as they stand on the command line. */
export interface ShowSearchOptions {
  readonly detail?: string | undefined;
  readonly limit?: string | undefined;
  readonly offset?: string | undefined;
  readonly server?: string | undefined;
  /** Whether all that was found goes to stdout as JSON. */
  readonly json?: boolean | undefined;
}

/**
 * Shows a person the tools that fit a query; gives the exit code, 1 where none fits well.
 *
 * @throws {AirlockError} USAGE, NOT_FOUND where there is no such server, and INTERNAL where nothing
 * fits as wrappers could not be written
 */
export async function showSearch(
  runtime: Runtime,
  query: string,
  { detail, limit, offset, server, json }: ShowSearchOptions,
): Promise<number> {
  const wanted = {
    detail: readDetail(detail),
    limit: readNumber("--limit", limit ?? "10", { least: 1, most: 100 }),
    offset: readNumber("--offset", offset ?? "0", { least: 0, most: 100_000 }),
    maxModelTokens: MAX_MODEL_TOKENS,
    ...(server === undefined ? {} : { server }),
  };
  // A command that runs once waits for servers that a search would leave out.
  if (server === undefined) await runtime.tools();
  const found = await runtime.searchTools(query, wanted);
  const { text, unavailable, noGoodMatch } = found;
  const unwritten = runtime.servers()
    .filter(({ name, state }) => state === "connected" && unavailable.includes(name));
  if (noGoodMatch && unwritten.length > 0) {
    const names = unwritten.map(({ name }) => name).join(", ");
    throw new AirlockError(
      "INTERNAL",
      `Cannot search tools: the wrappers of ${names} are missing`,
      {
        hint:
          `They are written to ${runtime.config.folders.servers}, which needs room and permission`,
      },
    );
  }
  console.log(json === true ? terminalJson(found, 2) : text);
  if (unavailable.length > 0) console.error(`Out of reach: ${unavailable.join(", ")}`);
  return noGoodMatch ? 1 : 0;
}

function readDetail(text = "description"): (typeof DETAILS)[number] {
  const known = DETAILS.find((detail) => detail === text);
  if (known !== undefined) return known;
  throw new AirlockError("USAGE", `Cannot read command: "--detail" must be ${DETAILS.join(", ")}`);
}

function readNumber(
  name: string,
  text: string,
  { least, most }: { least: number; most: number },
): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new AirlockError("USAGE", `Cannot read command: "${name}" must be ${least} to ${most}`);
}
