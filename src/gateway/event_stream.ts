/** One thing to tell: its name, and its data as JSON. */
export interface StreamedEvent {
  readonly event:
    | "started"
    | "risk"
    | "log"
    | "call"
    | "approval"
    | "escape_attempt"
    | "result"
    | "error";
  readonly data: unknown;
}

/** Server-sent events, as they happen. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Tells one; nobody hears it when the reader has gone. */
  send(event: StreamedEvent): void;
  /** Ends the stream. */
  end(): void;
}

/** Options of {@linkcode createEventStream}. */
export interface CreateEventStreamOptions {
  /** How often a comment says that the stream still stands. */
  readonly keepAliveMs: number;
  /** Called when the reader goes away before the end. */
  readonly onGone: () => void;
}

/** Makes a stream of server-sent events. What it holds is bounded by what may be sent. */
export function createEventStream(options: CreateEventStreamOptions): EventStream {
  const { keepAliveMs, onGone } = options;
  const encoder = new TextEncoder();
  let open = true;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      close();
      onGone();
    },
  });
  const timer = setInterval(() => {
    // A reader that is behind needs no comment to know.
    if ((controller.desiredSize ?? 0) > 0) write(": still here\n\n");
  }, keepAliveMs);

  function write(text: string): void {
    if (open) controller.enqueue(encoder.encode(text));
  }

  function close(): void {
    open = false;
    clearInterval(timer);
  }

  return {
    body,
    send({ event, data }) {
      // JSON has its line breaks escaped: no text can begin an event of its own.
      write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      if (open) controller.close();
      close();
    },
  };
}
