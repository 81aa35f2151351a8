import type { DataKind } from "./data_kinds.ts";
import type { SourceBits } from "./program_facts.ts";
import type { ToolTraits } from "./tool_traits.ts";

const KINDS: readonly DataKind[] = ["plain", "personal", "secret"];
/** What fits into a number's 31 bits; servers beyond share the last place. */
const MAX_SERVERS = 10;
const MAX_DESCRIBED = 1_000;

/** The first bit of every server: plain data. */
const PLAIN = 0b001_001_001_001_001_001_001_001_001_001;

/** Gives each server of a program its bits. */
export function createSourceBits(tools: readonly ToolTraits[]): SourceBits {
  const servers = [...new Set(tools.map(({ server }) => server))];
  const places = new Map(servers.map((server, at) => [server, Math.min(at, MAX_SERVERS - 1)]));
  const placeOf = (server: string) => places.get(server) ?? MAX_SERVERS - 1;
  const described = new Map<number, ReturnType<SourceBits["describe"]>>();
  return {
    of: ({ server, data }) => 1 << (3 * placeOf(server)) << KINDS.indexOf(data),
    describe(sources) {
      const known = described.get(sources) ?? servers.flatMap((server) => {
        const bits = (sources >>> (3 * placeOf(server))) & 0b111;
        if (bits === 0) return [];
        return [{ server, data: KINDS[31 - Math.clz32(bits)]! }];
      });
      if (described.size < MAX_DESCRIBED) described.set(sources, known);
      return known;
    },
  };
}

/** The same sources, of which the data is now known to be of a kind. */
export function asKind(sources: number, kind: DataKind): number {
  if (kind === "plain") return sources;
  const plain = asPlain(sources);
  return sources | plain << KINDS.indexOf(kind);
}

/** The same sources, without what is of persons and secrets. */
export function asPlain(sources: number): number {
  return (sources | sources >>> 1 | sources >>> 2) & PLAIN;
}
