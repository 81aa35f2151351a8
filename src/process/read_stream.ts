/** Reads a stream of bytes into buffers. */
export interface StreamReader {
  /** Resolves to how many bytes were read, or to null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Reads on and drops the bytes; tells whether the stream ended within so many. */
  drain(maxBytes: number): Promise<"ended" | "too_much">;
  cancel(): Promise<void>;
}

const DRAINED_BYTES = 64 * 1024;

export function readStream(stream: ReadableStream<Uint8Array>): StreamReader {
  const reader = stream.getReader({ mode: "byob" });
  return {
    async read(into) {
      const { value, done } = await reader.read(new Uint8Array(into.length));
      if (done || value === undefined) return null;
      into.set(value);
      return value.length;
    },
    async drain(maxBytes) {
      let bytes = 0;
      try {
        while (bytes <= maxBytes) {
          const { value, done } = await reader.read(new Uint8Array(DRAINED_BYTES));
          if (done || value === undefined) return "ended";
          bytes += value.length;
        }
        return "too_much";
      } catch {
        // The stream was cancelled.
        return "ended";
      }
    },
    async cancel() {
      await reader.cancel().catch(() => {});
      reader.releaseLock();
    },
  };
}
