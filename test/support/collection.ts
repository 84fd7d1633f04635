import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collection, CollectionReader } from '../../adapters/cloudsploit/reader';
import { collectedSettings, collectionsCollector } from '../../adapters/cloudsploit/replay';
import { CollectionWriter, chunksOf, type Piece } from '../../adapters/cloudsploit/writer';
import { runScan } from '../../engine/scan';
import { needsOf, selectPlugins } from '../../engine/select';
import { plugins as all } from '../../plugins';
import type { Json, NeededFacts, Recorder, Report, Settings } from '../../types';
import { fourPlugins } from './fourPlugins';
import { clock, settings as defaults, tool } from './report';
import { root } from './root';

/** The collections of the demo's tenant, with few parameters: frozen, since a collection of version 1 is judged the same for ever. */
export const frozen = [
  '11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01',
  '22a9c3d4-1b2c-4e5f-8a90-5c6d7e8f9a02',
  '33b8d5e6-2c3d-4f60-9ba1-6d7e8f9a0b03',
  '44c7e6f7-3d4e-4071-8cb2-7e8f9a0b1c04',
  '55d6f708-4e5f-4182-9dc3-8f9a0b1c2d05',
].map((id) => join(root, 'test/fixtures/collection-1', `${id}.json`));

interface ReadOptions {
  readonly name?: string;
  /** If left out, all of it is kept. */
  readonly needs?: NeededFacts;
  /** Bytes; all at once, if left out. */
  readonly chunk?: number;
}

export function readText(text: string | Uint8Array, { name = 'x.json', needs, chunk }: ReadOptions = {}): Collection {
  const reader = new CollectionReader(name, needs);
  const bytes = Buffer.from(text);
  const size = chunk ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  return reader.end();
}

export const readFrozen = (needs?: NeededFacts): Collection[] =>
  frozen.map((path) => readText(readFileSync(path), { name: path, ...(needs && { needs }) }));

export interface ReplayOptions {
  readonly plugins?: readonly string[];
  readonly settings?: Settings;
}

/** The report of collections: texts, named 0.json and so on. */
export async function replay(
  texts: Iterable<string | Uint8Array>,
  { plugins: ids = fourPlugins, settings = {} }: ReplayOptions = {},
): Promise<Report> {
  const plugins = selectPlugins(all, { ids });
  const collections = [...texts].map((text, i) => readText(text, { name: `${i}.json`, needs: needsOf(plugins) }));
  return runScan({
    collector: collectionsCollector(collections),
    plugins,
    settings: collectedSettings(collections, settings, plugins),
    clock,
    tool,
    signal: new AbortController().signal,
  });
}

/** What a collection has to preserve of a report: all of it, but for when, and how Azure was asked. */
export const timeless = ({ startedAt, finishedAt, tool, choice, scopes, ...report }: Report): Json => ({
  ...(report as unknown as { [name: string]: Json }),
  scopes: scopes.map(({ collectedAt, ...scope }) => scope as unknown as Json),
});

export interface Recording {
  readonly recorder: Recorder;
  /** By subscription. */
  readonly texts: Map<string, string>;
}

/** Keeps collections as texts. */
export function recording(settings: Settings = defaults): Recording {
  const texts = new Map<string, string>();
  const open = (subscriptionId: string) => {
    const kept: string[] = [];
    return {
      keep: async (text: string): Promise<Piece> => ({ offset: kept.push(text) - 1, length: text.length }),
      async finish(parts: Iterable<string | Piece>) {
        let text = '';
        for await (const chunk of chunksOf(parts, async ({ offset }) => Buffer.from(kept[offset] ?? ''))) {
          text += Buffer.from(chunk).toString('utf8');
        }
        texts.set(subscriptionId, text);
      },
    };
  };
  const drafts = { begin: () => undefined, open };
  return { recorder: new CollectionWriter({ drafts, clock, tool, settings }), texts };
}
