import { ensureDir } from "@std/fs";
import { join, toFileUrl } from "@std/path";
import type { LinkWrapperInput } from "./link_wrapper.ts";
import type { Wrapper } from "./wrappers.ts";

/** Gives the URL of a wrapper's JavaScript, made from the wrapper's text. */
export type PublishWrapper = (wrapper: Wrapper, text: string) => Promise<string>;

/** Options of {@linkcode createWrapperPublisher}. */
export interface CreateWrapperPublisherOptions {
  /** Where the JavaScript is put. */
  readonly modulesDir: string;
  /** URL of the folder of the guest's files, with a slash at its end. */
  readonly guestUrl: string;
  /** Makes a wrapper's JavaScript. */
  link(input: LinkWrapperInput): Promise<string>;
}

/** Makes the place where workers import wrappers from. */
export function createWrapperPublisher(
  { modulesDir, guestUrl, link }: CreateWrapperPublisherOptions,
): PublishWrapper {
  const published = new Map<string, { readonly text: string; readonly url: Promise<string> }>();
  let written = 0;

  return (wrapper, text) => {
    const key = `${wrapper.folder}/${wrapper.file}`;
    const known = published.get(key);
    if (known?.text === text) return known.url;
    // Programs that come at once share one file, and none finds it half written.
    const url = publish(wrapper, text);
    published.set(key, { text, url });
    url.catch(() => published.get(key)?.url === url && published.delete(key));
    return url;
  };

  async function publish({ folder, file }: Wrapper, text: string): Promise<string> {
    const js = await link({ folder, file, text, clientUrl: `${guestUrl}client.js` });
    const dir = join(modulesDir, folder);
    await ensureDir(dir);
    // A new name for a new text: a worker that runs may still import the old one.
    const path = join(dir, `${file}.${written++}.js`);
    await Deno.writeTextFile(path, js);
    return toFileUrl(path).href;
  }
}
