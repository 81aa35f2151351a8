import { ByteBuffer } from "./byte_buffer.ts";

/** Longest text of an error that is read. */
const ERROR_BYTES = 65_536;
/** Where the first event of a stream would have its id. */
const FIRST_EVENT_BYTES = 1_024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Options of {@linkcode limitResponse}. */
export interface LimitResponseOptions {
  /** Of one message: of the whole body, or of one line of an event stream. */
  readonly maxMessageBytes: number;
  /** Told when an event stream has ended. */
  readonly streamEnded: (end: StreamEnd) => void;
}

/** How an event stream ended. */
export interface StreamEnd {
  /** Whether it can be taken up again where it ended. */
  readonly resumable: boolean;
  /** What broke it, if something did. */
  readonly error?: unknown;
}

/** A server's message is above the limit. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";

  /** @param maxBytes the limit */
  constructor(maxBytes: number) {
    super(`The answer is larger than ${maxBytes} bytes`);
  }
}

/**
 * Bounds the body of a server's response. An event stream is handed on in whole lines, which keeps
 * the parser's work linear however small the pieces are that a large message comes in.
 */
export function limitResponse(response: Response, options: LimitResponseOptions): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  const limited = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) =>
    new Response(stream, { status, statusText, headers });
  if (!response.ok) return limited(body.pipeThrough(cutOff(ERROR_BYTES)));
  if (headers.get("content-type")?.startsWith("text/event-stream")) {
    return limited(wholeLines(body, options));
  }
  return limited(body.pipeThrough(failAbove(options.maxMessageBytes)));
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
  { maxMessageBytes, streamEnded }: LimitResponseOptions,
): ReadableStream<Bytes> {
  const reader = body.getReader();
  const rest = new ByteBuffer();
  let resumable: boolean | undefined;
  const emit = (bytes: Bytes, controller: ReadableStreamDefaultController<Bytes>) => {
    resumable ??= hasEventId(bytes);
    controller.enqueue(bytes);
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        while (true) {
          const { value } = await reader.read();
          if (value === undefined) break;
          const lineEnd = 1 + Math.max(
            value.lastIndexOf(LINE_FEED),
            value.lastIndexOf(CARRIAGE_RETURN),
          );
          if (rest.length + value.length > maxMessageBytes) {
            throw new TooLargeError(maxMessageBytes);
          }
          rest.append(value.subarray(0, lineEnd || value.length));
          if (lineEnd === 0) continue;
          emit(rest.take(), controller);
          return rest.append(value.subarray(lineEnd));
        }
        if (rest.length > 0) emit(rest.take(), controller);
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
