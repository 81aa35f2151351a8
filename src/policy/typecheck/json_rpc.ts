import { readStream } from "../../process/read_stream.ts";

/** Answers what the other side asks; what it gives is sent as JSON. */
export type AnswerRequest = (method: string, params: unknown) => unknown;

/** The other side's word that it could not do what was asked. */
class JsonRpcError extends Error {
  override readonly name = "JsonRpcError";
}

interface JsonRpcChannelOptions {
  readonly input: WritableStream<Uint8Array>;
  readonly output: ReadableStream<Uint8Array>;
  readonly answer: AnswerRequest;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A longer message is none that a compiler has reason to send. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 64 * 1024;
const CR = 13;

// Not vscode-jsonrpc: it sets no bound on the size of a message.
/** JSON-RPC 2.0 in both directions, each message behind a header with its length. */
export class JsonRpcChannel {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answer: AnswerRequest;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isOver = false;
  /** Resolves when nothing more can come; what is asked by then fails. */
  readonly ended: Promise<void>;

  constructor({ input, output, answer }: JsonRpcChannelOptions) {
    this.#writer = input.getWriter();
    this.#answer = answer;
    this.ended = this.#read(output);
  }

  /** Asks; rejects with {@linkcode JsonRpcError} where the other side says no or is gone. */
  call(method: string, params: unknown): Promise<unknown> {
    if (this.#isOver) return Promise.reject(new JsonRpcError("The process ended"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  #send(message: Message): void {
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const head = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
    const whole = new Uint8Array(head.length + body.length);
    whole.set(head);
    whole.set(body, head.length);
    // That the other side is gone shows in what is read.
    this.#writer.write(whole).catch(() => {});
  }

  async #read(output: ReadableStream<Uint8Array>): Promise<void> {
    const reader = readStream(output);
    try {
      let bytes = new Uint8Array(READ_BYTES);
      let end = 0;
      for (let count; (count = await reader.read(bytes.subarray(end))) !== null;) {
        end += count;
        const taken = this.#takeAll(bytes.subarray(0, end));
        const rest = bytes.subarray(taken, end);
        // It doubles, so that a long message is not copied once for each read.
        if (end === bytes.length) bytes = new Uint8Array(Math.max(READ_BYTES, rest.length * 2));
        bytes.set(rest);
        end = rest.length;
      }
    } catch {
      // What is no message ends the channel as its end does.
    }
    this.#isOver = true;
    await reader.cancel();
    await this.#writer.close().catch(() => {});
    for (const { reject } of this.#pending.values()) reject(new JsonRpcError("The process ended"));
    this.#pending.clear();
  }

  /** Takes all messages that are there whole; gives where the rest begins. */
  #takeAll(bytes: Uint8Array): number {
    let start = 0;
    for (;;) {
      const end = endOfHead(bytes, start);
      if (end === undefined) return start;
      const length = readLength(bytes.subarray(start, end));
      if (bytes.length < end + length) return start;
      const body = new TextDecoder().decode(bytes.subarray(end, end + length));
      this.#take(JSON.parse(body) as Message);
      start = end + length;
    }
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      if (id !== undefined) void this.#reply(id, method, params);
      return;
    }
    const pending = this.#pending.get(id as number);
    this.#pending.delete(id as number);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new JsonRpcError(error.message));
  }

  async #reply(id: number | string, method: string, params: unknown): Promise<void> {
    try {
      const answer = this.#answer(method, params);
      this.#send({ id, result: answer instanceof Promise ? await answer : answer });
    } catch {
      this.#send({ id, error: { message: "Not known" } });
    }
  }
}

function endOfHead(bytes: Uint8Array, start: number): number | undefined {
  for (let at = bytes.indexOf(CR, start); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === CR && bytes[at + 3] === 10) return at + 4;
  }
  return undefined;
}

function readLength(head: Uint8Array): number {
  const length = Number(/Content-Length: (\d+)/i.exec(new TextDecoder().decode(head))?.[1]);
  if (Number.isSafeInteger(length) && length <= MAX_MESSAGE_BYTES) return length;
  throw new RangeError("Cannot read message: it has no length that could be");
}
