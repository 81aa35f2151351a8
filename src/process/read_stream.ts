/** A stream of bytes that is read into buffers. */
export interface StreamReader {
  /** Resolves to how many bytes were read, or to null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Gives the stream up. */
  cancel(): Promise<void>;
}

/** Reads what a process writes. */
export function readStream(stream: ReadableStream<Uint8Array>): StreamReader {
  const reader = stream.getReader({ mode: "byob" });
  return {
    async read(into) {
      const { value, done } = await reader.read(new Uint8Array(into.length));
      if (done || value === undefined) return null;
      into.set(value);
      return value.length;
    },
    async cancel() {
      await reader.cancel().catch(() => {});
      reader.releaseLock();
    },
  };
}
