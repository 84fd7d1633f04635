import { type FileHandle, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Collection, CollectionReader } from '../adapters/cloudsploit/reader';
import { chunksOf, type Draft, type Drafts, type Piece } from '../adapters/cloudsploit/writer';
import type { CutShort } from '../helpers/cutShort';
import { ScanError } from '../helpers/scanError';
import type { NeededFacts } from '../types';
import { unreadable } from './input';
import type { Io } from './io';
import { placeholder } from './options';
import { unwritable, writeStdout } from './output';
import type { ScanRequest } from './request';
import { chunksIn, isWrittenTo, writeSpecial } from './special';
import { behindLinks, beside, create, remove, replaceFile, withFile } from './wholeFile';
import { isNamedBy } from './words';

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Collections as files, each whole or not there at all. What has come is kept in a file beside it, since memory is too small for
 * it. One that cannot be written costs neither the others nor the report.
 */
export class CollectionFiles implements Drafts {
  readonly #drafts: Attempt[] = [];
  readonly #failed: unknown[] = [];

  /**
   * @param pattern a path, which may hold the placeholder; - is stdout.
   * @param shard to which there may fall no subscription, and so no file.
   */
  constructor(
    private readonly pattern: string,
    private readonly io: Io,
    private readonly shard?: ScanRequest['shard'],
  ) {}

  begin({ length }: readonly string[]): void {
    if (length === 0 && this.shard) return;
    if (length === 0) {
      const what = `--collection "${this.pattern}" cannot be written: the list of subscriptions broke off before it named one.`;
      this.#failed.push(new ScanError('unwritable-output', what, 'Scan again; the report says why.'));
      return;
    }
    if (length === 1 || this.pattern.includes(placeholder)) return;
    throw new ScanError(
      'bad-option',
      `--collection "${this.pattern}" is one file, and ${length} subscriptions are to be scanned.`,
      `Let its name hold ${placeholder}, as in --collection collection-${placeholder}.json, or choose one with --subscription.`,
    );
  }

  open(subscriptionId: string): Draft {
    const path = this.pattern.replaceAll(placeholder, subscriptionId);
    const draft = new Attempt(
      () => new FileDraft(path, this.io),
      (error) => void this.#failed.push(error),
    );
    this.#drafts.push(draft);
    return draft;
  }

  /** What kept some of them from being written. */
  get failed(): readonly unknown[] {
    return this.#failed;
  }

  /** Removes what a scan that failed has left. */
  close(): void {
    for (const draft of this.#drafts) draft.discard();
  }
}

/** A draft that is given up once it cannot be written, and makes room at once: others may need it. */
class Attempt implements Draft {
  #draft: FileDraft | undefined;

  constructor(
    make: () => FileDraft,
    private readonly note: (error: unknown) => void,
  ) {
    try {
      this.#draft = make();
    } catch (error) {
      note(error);
    }
  }

  async keep(text: string): Promise<Piece> {
    return (await this.#attempt((draft) => draft.keep(text))) ?? { offset: 0, length: 0 };
  }

  async finish(parts: Iterable<string | Piece>): Promise<void> {
    await this.#attempt((draft) => draft.finish(parts));
  }

  discard(): void {
    this.#draft?.discard();
    this.#draft = undefined;
  }

  async #attempt<T>(work: (draft: FileDraft) => Promise<T>): Promise<T | undefined> {
    const draft = this.#draft;
    if (!draft) return undefined;
    try {
      return await work(draft);
    } catch (error) {
      // Several may be on their way: it is told once.
      if (this.#draft) this.note(error);
      this.discard();
      return undefined;
    }
  }
}

class FileDraft implements Draft {
  /** Not so stdout, or a device. */
  readonly #isFile: boolean;
  /** What it is kept beside: the file that is to be replaced, if it is one. */
  readonly #target: string;
  readonly #aside: string;
  #length = 0;

  constructor(
    private readonly path: string,
    private readonly io: Io,
  ) {
    this.#isFile = path !== '-' && !isWrittenTo(path);
    try {
      this.#target = this.#isFile ? behindLinks(path) : join(tmpdir(), 'collection');
      this.#aside = beside(this.#target);
      create(this.#aside, 0o600);
    } catch (error) {
      throw this.#unkept(error);
    }
  }

  /** Opened anew each time: of a thousand subscriptions that are on their way, a process may not have all files open. */
  async keep(text: string): Promise<Piece> {
    const bytes = Buffer.from(text);
    const piece = { offset: this.#length, length: bytes.length };
    this.#length += bytes.length;
    await withFile(this.#aside, 'r+', (file) => writeAt(file, bytes, piece.offset)).catch((error) =>
      Promise.reject(this.#unkept(error)),
    );
    return piece;
  }

  async finish(parts: Iterable<string | Piece>): Promise<void> {
    await withFile(this.#aside, 'r', (aside) => this.#put(chunksOf(parts, (piece) => readPiece(aside, piece)))).catch(
      (error) => Promise.reject(unwritable(this.path, error)),
    );
    this.discard();
  }

  discard(): void {
    remove(this.#aside);
  }

  async #put(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.path === '-') return writeText(chunks, this.io);
    if (!this.#isFile) return writeSpecial(this.path, chunks);
    return replaceFile(this.#target, async (file) => {
      for await (const chunk of chunks) await file.writeFile(chunk);
    });
  }

  /** Beside no file, it is kept where the user did not think of. */
  #unkept(error: unknown): unknown {
    const { code } = error as NodeJS.ErrnoException;
    if (this.#isFile || code === undefined) return unwritable(this.path, error);
    const what = `"${tmpdir()}", where --collection "${this.path}" is kept until it is whole, cannot be written (${code}).`;
    return new ScanError('unwritable-output', what, 'Make room there, or name another folder in TMPDIR.');
  }
}

/** All of it: one write may take less. */
async function writeAt(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

async function readPiece(aside: FileHandle, { offset, length }: Piece): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await aside.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw Object.assign(new Error('The file is shorter than it was.'), { code: 'EIO' });
    done += bytesRead;
  }
  return bytes;
}

async function writeText(chunks: AsyncIterable<Uint8Array>, io: Io): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) await writeStdout(io, decoder.decode(chunk, { stream: true }));
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The files that a path names: one, or all that its placeholder fits. A name that begins with a dot has to be given so. */
async function pathsOf(pattern: string): Promise<string[]> {
  if (!pattern.includes(placeholder)) return [pattern];
  const folder = dirname(pattern);
  const hidden = basename(pattern).startsWith('.');
  const names = await readdir(folder).catch((error) => Promise.reject(unreadable(folder, error)));
  const paths = names.filter((name) => name.startsWith('.') === hidden).map((name) => join(folder, name));
  const found = paths.filter((path) => isNamedBy(pattern, path)).sort();
  if (found.length > 0) return found;
  throw new ScanError(
    'unreadable-input',
    `No file is called "${pattern}".`,
    `Check its name; ${placeholder} may be any.`,
  );
}

/**
 * Reads them one after another. Throws a ScanError, `unreadable-input`, that names the file, and the place in it if it is
 * broken; `cut-short`, once the signal is aborted.
 */
export async function readCollections(
  patterns: readonly string[],
  needs: NeededFacts,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Collection[]> {
  const collections: Collection[] = [];
  for (const pattern of patterns) {
    for (const path of await pathsOf(pattern)) {
      log(`Reading ${path}.`);
      const reader = new CollectionReader(path, needs);
      try {
        for await (const chunk of chunksIn(path, signal)) reader.write(chunk);
      } catch (error) {
        if (signal.aborted) throw cutShort(signal);
        throw error instanceof ScanError ? error : unreadable(path, error);
      }
      collections.push(reader.end());
    }
  }
  return collections;
}

function cutShort({ reason }: AbortSignal): ScanError {
  const { kind, message } = reason as CutShort;
  const remedy = kind === 'timeout' ? 'Let it run longer.' : 'Start it again.';
  return new ScanError('cut-short', `${message} Nothing was known by then.`, remedy);
}
