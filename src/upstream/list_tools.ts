import { z } from "zod";
import { ServerError } from "./server_error.ts";
import type { McpClient } from "./mcp_client.ts";

const MAX_PAGES = 1_000;
/** `repairTools` leaves out what is above this. */
const MAX_TOOLS = 10_000;
/** JSON-RPC's "Method not found": a server without tools. */
const METHOD_NOT_FOUND = -32_601;

/** Only what the paging needs: what a tool is, is for `repairTools` to say, tool by tool. */
const page = z.object({
  tools: z.array(z.unknown()),
  nextCursor: z.string().min(1).nullish().catch(undefined),
});

/** What a server says its tools are. */
export interface ListedTools {
  /** As it sent them. */
  readonly rawTools: readonly unknown[];
  /** Why the rest of the list was not asked for, if it was not. */
  readonly fault?: string;
}

/**
 * Asks a server for all of its tools, page by page, without a look at any of them.
 *
 * @throws {ServerError} where the answer is no list
 * @throws {ConnectionError} where the server cannot be reached
 */
export async function listTools(client: McpClient, signal: AbortSignal): Promise<ListedTools> {
  const rawTools: unknown[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const answer = await listPage(client, { cursor, signal });
    for (const tool of answer.tools) rawTools.push(tool);
    cursor = answer.nextCursor ?? undefined;
    if (cursor === undefined || rawTools.length > MAX_TOOLS) return { rawTools };
    if (seen.has(cursor)) return { rawTools, fault: "The pages of the list lead in a circle" };
    seen.add(cursor);
  } while (seen.size < MAX_PAGES);
  return { rawTools, fault: `The list has more than ${MAX_PAGES} pages` };
}

async function listPage(
  client: McpClient,
  { cursor, signal }: { cursor: string | undefined; signal: AbortSignal },
): Promise<z.infer<typeof page>> {
  const params = cursor === undefined ? {} : { cursor };
  try {
    const answer = page.safeParse(
      await client.request({ method: "tools/list", params }, { signal }),
    );
    if (answer.success) return answer.data;
  } catch (error) {
    if (error instanceof ServerError && error.code === METHOD_NOT_FOUND) return { tools: [] };
    throw error;
  }
  throw new ServerError(0, "Its answer to tools/list is not a list");
}
