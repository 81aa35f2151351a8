import { ByteBuffer } from "./byte_lines.ts";

/** Longest text of an error that is read. */
const ERROR_BYTES = 65_536;
/** Beginning of a stream in which the id of its first event is looked for. */
const FIRST_EVENT_BYTES = 1_024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

interface LimitResponseOptions {
  /** Limit of the whole body, or of one line of an event stream. */
  readonly maxMessageBytes: number;
  /** Returns the JSON that is read in the place of a message's. Default: the same. */
  readonly shorten?: (json: Bytes) => Promise<Bytes>;
  /** Called when an event stream has ended. */
  readonly streamEnded: (end: StreamEnd) => void;
}

/** The end of an event stream. */
interface StreamEnd {
  /** Whether it can be resumed where it ended. */
  readonly resumable: boolean;
  readonly error?: unknown;
}

/** A server's message is above the limit. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";

  constructor(maxBytes: number) {
    super(`The answer is larger than ${maxBytes} bytes`);
  }
}

/**
 * Bounds the body of a server's response. An event stream is handed on in whole lines, which keeps
 * the parser's work linear however small the pieces are that a large message comes in.
 */
export async function limitResponse(
  response: Response,
  options: LimitResponseOptions,
): Promise<Response> {
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  const limited = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) =>
    new Response(stream, { status, statusText, headers });
  if (!response.ok) return limited(body.pipeThrough(cutOff(ERROR_BYTES)));
  if (headers.get("content-type")?.startsWith("text/event-stream")) {
    return limited(wholeLines(body, options));
  }
  const whole = limited(body.pipeThrough(failAbove(options.maxMessageBytes)));
  const isJson = headers.get("content-type")?.startsWith("application/json");
  if (options.shorten === undefined || !isJson) return whole;
  const json = await options.shorten(new Uint8Array(await whole.arrayBuffer()));
  return new Response(json, { status, statusText, headers });
}

type Bytes = Uint8Array<ArrayBuffer>;

function cutOff(maxBytes: number): TransformStream<Bytes, Bytes> {
  let left = maxBytes;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) controller.terminate();
    },
  });
}

function failAbove(maxBytes: number): TransformStream<Bytes, Bytes> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new TooLargeError(maxBytes);
      controller.enqueue(chunk);
    },
  });
}

function wholeLines(
  body: ReadableStream<Bytes>,
  { maxMessageBytes, streamEnded, shorten }: LimitResponseOptions,
): ReadableStream<Bytes> {
  const reader = body.getReader();
  const rest = new ByteBuffer();
  let resumable: boolean | undefined;
  const emit = async (bytes: Bytes, controller: ReadableStreamDefaultController<Bytes>) => {
    resumable ??= hasEventId(bytes);
    if (shorten === undefined) return controller.enqueue(bytes);
    for (const line of linesOf(bytes)) {
      const json = dataOf(line);
      if (json === undefined) controller.enqueue(line);
      else {
        controller.enqueue(DATA);
        controller.enqueue(await shorten(json));
        controller.enqueue(line.subarray(DATA.length + json.length));
      }
    }
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        while (true) {
          const { value } = await reader.read();
          if (value === undefined) break;
          const ends = [LINE_FEED, CARRIAGE_RETURN].map((end) => value.lastIndexOf(end));
          const lineEnd = 1 + Math.max(...ends);
          if (rest.length + value.length > maxMessageBytes) {
            throw new TooLargeError(maxMessageBytes);
          }
          rest.append(value.subarray(0, lineEnd || value.length));
          if (lineEnd === 0) continue;
          await emit(rest.take(), controller);
          return rest.append(value.subarray(lineEnd));
        }
        if (rest.length > 0) await emit(rest.take(), controller);
        controller.close();
        streamEnded({ resumable: resumable === true });
      } catch (error) {
        await reader.cancel().catch(() => {});
        controller.error(error);
        streamEnded({ resumable: resumable === true && !(error instanceof TooLargeError), error });
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function hasEventId(bytes: Bytes): boolean {
  return /^id:/m.test(new TextDecoder().decode(bytes.subarray(0, FIRST_EVENT_BYTES)));
}

const DATA = new TextEncoder().encode("data: ") as Bytes;
/** Shorter lines are not shortened. */
const LONG_LINE_BYTES = 64 * 1024;

/** Yields each long line by itself, and the shorter lines between two of them together. */
function* linesOf(bytes: Bytes): Generator<Bytes> {
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    if (end - at > LONG_LINE_BYTES) {
      if (at > start) yield bytes.subarray(start, at);
      yield bytes.subarray(at, end);
      start = end;
    }
    at = end;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** The data of a long line, without the line's end. */
function dataOf(line: Bytes): Bytes | undefined {
  if (line.length <= LONG_LINE_BYTES || !DATA.every((byte, at) => line[at] === byte)) {
    return undefined;
  }
  let end = line.length;
  while (line[end - 1] === LINE_FEED || line[end - 1] === CARRIAGE_RETURN) end--;
  return line.subarray(DATA.length, end);
}
