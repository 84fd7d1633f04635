import { isDatabaseOfAzure } from '../azure/clouds';

// The first bytes of a connection: https://www.postgresql.org/docs/current/protocol-message-formats.html.

/** Asks whether the server speaks TLS: it answers with one byte, `S` or `N`. */
export const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Begins a session, protocol 3.0, of a user that need not exist. No password is ever sent. */
export function startupMessage(host: string): Buffer {
  const words = ['user', userFor(host), 'database', 'postgres', 'application_name', 'pgposture', ''];
  const body = Buffer.from(`${words.join('\0')}\0`);
  const message = Buffer.alloc(8 + body.length);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(0x00030000, 4);
  body.copy(message, 8);
  return message;
}

/** The gateway of Azure's Single Server finds the server by what stands behind the @, and asks nothing of anybody else. */
function userFor(host: string): string {
  const [server = ''] = host.split('.');
  return isDatabaseOfAzure(host) ? `pgposture@${server}` : 'pgposture';
}

/** What the server says to a startup. */
export type StartupAnswer =
  /** It asks who that is, or lets anybody in: the session may begin. */
  | { readonly asked: true }
  /** An ErrorResponse. */
  | { readonly asked: false; readonly code: string; readonly message: string };

/** More than a server says before it knows who asks. */
export const longestAnswer = 16_384;

/**
 * What the bytes begin with: an answer; `more`, if they are too few to know; undefined, if no PostgreSQL says so.
 * An ErrorResponse may be longer than anybody wants to read: its fields are read as far as they came.
 *
 * @param ended no more will come.
 */
export function startupAnswer(bytes: Buffer, ended: boolean): StartupAnswer | 'more' | undefined {
  const type = String.fromCharCode(bytes[0] ?? 0);
  if (bytes.length > 0 && type !== 'R' && type !== 'E') return undefined;
  if (bytes.length < 5) return ended ? undefined : 'more';
  const length = bytes.readUInt32BE(1);
  if (type === 'R') return answerOfAuthentication(bytes, length, ended);
  if (length < 5) return undefined;
  const body = bytes.subarray(5, 1 + length);
  const isWhole = body.length >= Math.min(length - 4, longestAnswer - 5);
  if (!isWhole) return ended ? undefined : 'more';
  const fields = new Map(
    body
      .toString('utf8')
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field[0], field.slice(1)] as const),
  );
  const code = fields.get('C');
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code)
    ? { asked: false, code, message: fields.get('M') ?? '' }
    : undefined;
}

/** Whatever it asks for, or if it asks for nothing: 0 to 12 are known, and a newer one is a request, too. */
function answerOfAuthentication(bytes: Buffer, length: number, ended: boolean): StartupAnswer | 'more' | undefined {
  if (length < 8 || length > longestAnswer) return undefined;
  if (bytes.length < 9) return ended ? undefined : 'more';
  return { asked: true };
}
