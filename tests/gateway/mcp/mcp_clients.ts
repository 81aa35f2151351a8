import { Client } from "@modelcontextprotocol/client";
import { Client as Sdk1Client } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import type { Transport } from "@modelcontextprotocol/client";
import type { Transport as Sdk1Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** The official clients: the one of the revisions until 2025-11-25, and the other in both eras. */
export const CLIENT_KINDS = ["sdk1", "handshake", "stateless"] as const;

/** A kind of client. */
export type ClientKind = typeof CLIENT_KINDS[number];

/** What a tool gave, as all kinds show it. */
export interface CallOutcome {
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
  readonly isError: boolean;
}

/** Options of a call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number; message?: string | undefined }) => void;
}

/** What tests ask of a client, whichever kind it is. */
export interface TestClient extends AsyncDisposable {
  readonly instructions: string | undefined;
  toolNames(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<CallOutcome>;
  /** A page of the resources' addresses, and where the next begins. */
  resources(cursor?: string): Promise<{ uris: string[]; nextCursor: string | undefined }>;
  read(uri: string): Promise<string>;
}

const INFO = { name: "test", version: "1" };

/** A form that a client is to show, and what its person says. */
export type Elicit = (form: ShownForm) => unknown;

/** What a client is to show. */
export interface ShownForm {
  readonly message: string;
  readonly requestedSchema: unknown;
}

/** Options of {@linkcode connectClient}. */
export interface ConnectClientOptions {
  /** Default: the client cannot show forms. */
  readonly elicit?: Elicit | undefined;
}

/** Connects a client of a kind over a transport of its own library. */
export async function connectClient(
  kind: ClientKind,
  transport: unknown,
  { elicit }: ConnectClientOptions = {},
): Promise<TestClient> {
  const capabilities = elicit === undefined ? {} : { elicitation: {} };
  if (kind === "sdk1") {
    const client = new Sdk1Client(INFO, { capabilities });
    if (elicit !== undefined) {
      client.setRequestHandler(
        ElicitRequestSchema,
        async ({ params }: { params: unknown }) =>
          await elicit(params as ShownForm) as ElicitResult,
      );
    }
    await client.connect(transport as Sdk1Transport);
    return wrap(
      client,
      (params, options) => client.callTool(params, undefined, options) as Promise<RawOutcome>,
    );
  }
  const mode = kind === "handshake" ? "legacy" : { pin: "2026-07-28" };
  const client = new Client(INFO, { versionNegotiation: { mode }, capabilities });
  if (elicit !== undefined) {
    client.setRequestHandler(
      "elicitation/create",
      async ({ params }: { params: unknown }) => await elicit(params as ShownForm) as ElicitResult,
    );
  }
  await client.connect(transport as Transport);
  return wrap(client, (params, options) => client.callTool(params, options) as Promise<RawOutcome>);
}

interface RawOutcome {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: boolean;
}

type RawCall = (
  params: { name: string; arguments: Record<string, unknown> },
  options: CallOptions,
) => Promise<RawOutcome>;

/** What the libraries have in common. */
interface RawClient {
  getInstructions(): string | undefined;
  listTools(): Promise<{ tools: readonly { readonly name: string }[] }>;
  listResources(params?: { cursor: string }): Promise<{
    resources: readonly { readonly uri: string }[];
    nextCursor?: string | undefined;
  }>;
  readResource(params: { uri: string }): Promise<{ contents: readonly object[] }>;
  close(): Promise<void>;
}

function wrap(client: RawClient, call: RawCall): TestClient {
  return {
    instructions: client.getInstructions(),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    async call(name, args, options = {}) {
      const { content, structuredContent, isError } = await call(
        { name, arguments: args },
        options,
      );
      return {
        text: content.map(({ text }) => text).join("\n"),
        structured: structuredContent,
        isError: isError === true,
      };
    },
    async resources(cursor) {
      const page = await client.listResources(cursor === undefined ? undefined : { cursor });
      return { uris: page.resources.map(({ uri }) => uri), nextCursor: page.nextCursor };
    },
    async read(uri) {
      const [first] = (await client.readResource({ uri })).contents;
      return (first as { text: string }).text;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
