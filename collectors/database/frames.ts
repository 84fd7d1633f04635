/** Bytes of a message, and of a session: lines of pg_hba.conf are a few hundred each. */
const longest = 1 << 24;
const most = 1 << 28;

/**
 * The messages of a server, before node-postgres reads them: it takes any length, and of an error that does not end it searches the end
 * for ever. Throws for what no server sends.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class Frames {
  #begun: Buffer = Buffer.alloc(0);
  #all = 0;

  /** The messages that are whole with these bytes. */
  push(bytes: Buffer): Buffer {
    this.#all += bytes.length;
    if (this.#all > most) throw new Error('The server sends more than anybody asked for');
    const held = this.#begun.length > 0 ? Buffer.concat([this.#begun, bytes]) : bytes;
    let at = 0;
    while (held.length - at >= 5) {
      const length = held.readUInt32BE(at + 1);
      if (length < 4 || length > longest) throw new Error('The server does not speak as PostgreSQL does');
      const end = at + 1 + length;
      if (end > held.length) break;
      const isErrorOrNotice = held[at] === 0x45 || held[at] === 0x4e;
      if (isErrorOrNotice && !hasEnd(held.subarray(at + 5, end))) throw new Error('The server sends half an error');
      at = end;
    }
    this.#begun = held.subarray(at);
    return held.subarray(0, at);
  }
}

/** Whether behind its fields, each a letter and a text, stands the zero that ends them. */
function hasEnd(fields: Buffer): boolean {
  for (let at = 0; at >= 0 && at < fields.length; at = fields.indexOf(0, at) + 1) {
    if (fields[at] === 0) return true;
    if (fields.indexOf(0, at) < 0) return false;
  }
  return false;
}
