/** Keeps what a program says and is told from whoever has the file alone. */
export interface JournalSeal {
  /** Whether answers need it: they do where they are not masked by then. */
  readonly answers: "masked" | "raw";
  seal(bytes: Uint8Array): Uint8Array;
  /** Gives what was sealed. */
  open(sealed: Uint8Array): Uint8Array;
}

/** Of a journal that is there to be read. */
export const OPEN: JournalSeal = {
  answers: "masked",
  seal: (bytes) => bytes,
  open: (bytes) => bytes,
};
