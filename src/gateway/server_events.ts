import type { RunEvent } from "../model/run_request.ts";

interface StreamedEvent {
  readonly event: RunEvent["type"] | "result" | "error";
  readonly data: unknown;
}

interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends an event; without effect when the reader has left. */
  send(event: StreamedEvent): void;
  end(): void;
}

/** Makes a stream of server-sent events; `onGone` is called when the reader leaves before the end. */
export function createEventStream(
  { keepAliveMs, onGone }: { readonly keepAliveMs: number; readonly onGone: () => void },
): EventStream {
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
    // A reader with unread events needs no comment.
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
      // JSON escapes line breaks: no text can begin an event of its own.
      write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      if (open) controller.close();
      close();
    },
  };
}
