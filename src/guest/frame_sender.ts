import { encodeFrame } from "../model/frames.ts";
import { apply, partOfBytes, setBytes } from "./primordials.ts";

/** Where the program's thread sends frames. */
export interface FrameSender {
  /** Queues a frame; resolves when it and all before it are written. */
  sendBody(type: number, id: number, body: Uint8Array): Promise<void>;
}

interface Waiting {
  readonly frame: Uint8Array;
  next: Waiting | undefined;
}

/** What goes out in one write, as far as frames allow. */
const BATCH_BYTES = 64 * 1024;

/**
 * Makes the sender of a connection, which nobody else writes to; frames of one turn of the event loop
 * go out together. A list of links holds what waits: no method of an array is called, which a program
 * could have replaced to be given it.
 */
export function createFrameSender(connection: Deno.Conn): FrameSender {
  const { write } = connection;
  let first: Waiting | undefined;
  let last: Waiting | undefined;
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    try {
      await undefined; // lets the frames of this turn gather
      while (first !== undefined) {
        const bytes = takeBatch();
        for (let written = 0; written < bytes.length;) {
          const rest = partOfBytes(bytes, written);
          written += await (apply(write, connection, [rest]) as Promise<number>);
        }
      }
    } finally {
      flushing = undefined;
    }
  }

  function takeBatch(): Uint8Array {
    const { head, size } = measureBatch();
    if (head.next === first) return head.frame;
    const batch = new Uint8Array(size);
    let at = 0;
    for (let one: Waiting | undefined = head; one !== first; one = one!.next) {
      setBytes(batch, one!.frame, at);
      at += one!.frame.length;
    }
    return batch;
  }

  /** Takes frames off the list up to a batch, one at least; gives where they begin, and their size. */
  function measureBatch(): { head: Waiting; size: number } {
    const head = first!;
    let size = 0;
    while (first !== undefined && (size === 0 || size + first.frame.length <= BATCH_BYTES)) {
      size += first.frame.length;
      first = first.next;
    }
    if (first === undefined) last = undefined;
    return { head, size };
  }

  return {
    sendBody(type, id, body) {
      const waiting: Waiting = { frame: encodeFrame({ type, id, body }), next: undefined };
      if (last === undefined) first = waiting;
      else last.next = waiting;
      last = waiting;
      return flushing ??= flush();
    },
  };
}
