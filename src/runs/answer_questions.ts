import type { PresentedTool } from "../discovery/present_tools.ts";
import type { AskServices } from "../calls/serve_ask.ts";
import type { RuntimeParts } from "./runtime_parts.ts";

/** A tool as a program gets it. */
interface FoundTool {
  readonly server: string;
  readonly tool: string;
  readonly module: string;
  readonly description?: string;
  readonly text?: string;
}

/** What answers the questions of one run; its searches count as its session's. */
export function answerQuestions(
  { catalogue, finder }: Pick<RuntimeParts, "catalogue" | "finder">,
  { session, principal }: { session: string; principal: string },
): Pick<AskServices, "readTool" | "searchTools" | "readTools"> {
  return {
    readTool: catalogue.readTool,
    async searchTools({ server, ...wanted }) {
      const options = {
        ...wanted,
        session,
        principal,
        ...(server === undefined ? {} : { server }),
      };
      const found = await finder.search(wanted.query, options);
      const { servers, further, nextOffset, noGoodMatch, unavailable } = found;
      // On each tool too: the array's own fields are lost where a program returns it.
      const fit = noGoodMatch ? { fit: "nearest" } as const : {};
      const tools = servers.flatMap((group) =>
        group.tools.map((tool) => ({ ...toFoundTool(tool), ...fit }))
      );
      return { tools, further, nextOffset, noGoodMatch, unavailable };
    },
    async readTools({ names, ...wanted }) {
      const { servers, unknown, unavailable } = await finder.read(names, { ...wanted, principal });
      const tools = servers.flatMap((group) => group.tools.map(toFoundTool));
      return { tools, unknown, unavailable };
    },
  };
}

function toFoundTool(
  { server, tool, import: module = "", description, wrapper }: PresentedTool,
): FoundTool {
  return {
    server,
    tool,
    module,
    ...(description === undefined ? {} : { description }),
    ...(wrapper === undefined ? {} : { text: wrapper }),
  };
}
