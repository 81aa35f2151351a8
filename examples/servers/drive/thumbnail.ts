import type { DriveFile } from "./file.ts";

/** Pictures of 8 by 8 pixels as PNG in base64: a blue page and a green table. */
const THUMBNAILS: Readonly<Record<DriveFile["kind"], string>> = {
  document:
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAABlBMVEX///8rbLBj8+1YAAAAFElEQVR42mNggANGMGBgIFkERAEAAzMAFhNwA9UAAAAASUVORK5CYII=",
  sheet:
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAABlBMVEX///8vhVqrmQZHAAAAEklEQVR42mNghAIGRgYMRIIUAAYPAChyYpEgAAAAAElFTkSuQmCC",
};

/** The picture of a file, as PNG in base64. */
export function thumbnailOf({ kind }: DriveFile): string {
  return THUMBNAILS[kind];
}
