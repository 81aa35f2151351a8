import type { Config } from "../config/config.ts";
import { AcceptedWords } from "../upstream/integrity/shown_tools.ts";
import { scanTool } from "../upstream/integrity/withhold_words.ts";
import { createUpstreams } from "../upstream/upstreams.ts";
import { visibleLine } from "../text/visible_text.ts";

/** Tells of tools whose words give a model orders, as they were listed last: no server is started. */
export async function warnOfWords(config: Config): Promise<string[]> {
  const accepted = new AcceptedWords(config.folders.state);
  const { suspiciousTools } = config.policy;
  await using upstreams = createUpstreams(config);
  const warnings: string[] = [];
  for (const { name: server, disabled } of config.servers) {
    const tools = disabled ? [] : await upstreams.recalled(server);
    const found = tools.filter((tool) =>
      scanTool(server, tool).length > 0 && !accepted.has(server, tool)
    );
    if (found.length === 0) continue;
    const names = found.map(({ name }) => name).join(", ");
    warnings.push(visibleLine(
      `server "${server}": the words of ${names} give a model orders ` +
        `(policy.suspiciousTools: ${suspiciousTools}); deno task servers list shows them`,
    ));
  }
  return warnings;
}
