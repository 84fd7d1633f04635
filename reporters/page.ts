/** A part of a page: rows, and what is around them. Each ends its own line. */
export interface Part {
  readonly head: string;
  /** Made as long as there is room. */
  readonly rows: readonly (() => string)[];
  readonly tail: string;
  /** What to say of rows that had no room. */
  readonly leftOut: (rows: number) => string;
  /** As much of the page as it may take at most, where it should not crowd out what follows. */
  readonly share?: number;
}

const bytes = (text: string) => Buffer.byteLength(text);

/** Text that is never left out. */
export const paragraph = (text: string): Part => ({
  head: `${text}\n`,
  rows: [],
  tail: '',
  leftOut: () => '',
});

/**
 * The parts one after the other, with an empty line between them, in so many bytes of UTF-8 at most: most important
 * first, since when the page is full, all further rows are left out. Nothing is cut in the middle.
 */
export function page(parts: readonly Part[], limit: number): string {
  // Whatever is left out, there is room to say so.
  let room = limit - parts.reduce((sum, part) => sum + frame(part), 0);
  return parts
    .map((part) => {
      const most = Math.min(room, limit * (part.share ?? 1));
      const { rows, size } = fitting(part.rows, most);
      // What has no room ends the page, but for what has had its share.
      room = rows.length === part.rows.length || most < room ? room - size : 0;
      const left = part.rows.length - rows.length;
      const note = left > 0 ? part.leftOut(left) : '';
      const shown = rows.length > 0 || part.rows.length === 0 ? `${part.head}${rows.join('')}${part.tail}` : '';
      return [shown, note].filter(Boolean).join('\n');
    })
    .join('\n');
}

/** At its longest: a count has no more digits than the count of all. */
const frame = ({ head, tail, leftOut, rows }: Part) =>
  bytes(head) + bytes(tail) + (rows.length > 0 ? bytes(leftOut(rows.length)) + 1 : 0) + 1;

function fitting(rows: Part['rows'], room: number): { rows: string[]; size: number } {
  const taken: string[] = [];
  let size = 0;
  for (const make of rows) {
    const row = make();
    const more = bytes(row);
    if (size + more > room) break;
    taken.push(row);
    size += more;
  }
  return { rows: taken, size };
}
