import { CHUNK_BYTES, encodeBody, encodeFrame } from "../model/frames.ts";

interface ByteWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes frames in order; those of one turn of the event loop go out in one write. */
export class FrameWriter {
  readonly #writer: ByteWriter;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;

  /** Becomes the only writer of `writer`. */
  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Queues a frame; resolves when it and all before it are written. */
  send(type: number, id: number, value: unknown): Promise<void> {
    return this.sendBody(type, id, encodeBody(value));
  }

  /** Queues a frame with an encoded body. */
  sendBody(type: number, id: number, body: Uint8Array): Promise<void> {
    const frame = encodeFrame({ type, id, body });
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    return this.#flushing ??= this.#flush();
  }

  async #flush(): Promise<void> {
    try {
      await undefined; // lets the frames of this turn gather
      while (this.#queue.length > 0) {
        const bytes = this.#takeBatch();
        for (let written = 0; written < bytes.length;) {
          written += await this.#writer.write(bytes.subarray(written));
        }
        this.#queuedBytes -= bytes.length;
      }
    } finally {
      this.#flushing = undefined;
    }
  }

  #takeBatch(): Uint8Array {
    const [first] = this.#queue;
    if (first !== undefined && (this.#queue.length === 1 || first.length >= CHUNK_BYTES)) {
      this.#queue.shift();
      return first;
    }
    let count = 0;
    let bytes = 0;
    for (const frame of this.#queue) {
      if (bytes + frame.length > CHUNK_BYTES) break;
      bytes += frame.length;
      count++;
    }
    const batch = new Uint8Array(bytes);
    let at = 0;
    for (const frame of this.#queue.splice(0, count)) {
      batch.set(frame, at);
      at += frame.length;
    }
    return batch;
  }
}
