import { shown } from '../../helpers/template';
import type { Fact, Gap } from '../../types';
import { strange } from './gap';
import type { Attempt } from './probe';
import type { StartupAnswer } from './protocol';

type Refusal = StartupAnswer & { readonly asked: false };

/**
 * Whether a session may begin without encryption. That the server asks who it is proves that it may. A refusal proves
 * nothing by itself: an address that is not let in at all gets the same words. It is one of plaintext if the very same startup
 * inside TLS is asked who it is.
 *
 * @param encrypted what came of that; `no TLS` if the server speaks none.
 */
export function plaintextFact(
  plaintext: Attempt<StartupAnswer>,
  encrypted: Attempt<StartupAnswer> | 'no TLS',
  where: string,
): Fact {
  if ('error' in plaintext) return { known: false, gap: plaintext.error.gap };
  if (plaintext.value.asked) return { known: true, value: 'accepted' };
  const gap = gapOf(plaintext.value, encrypted, where);
  return gap ? { known: false, gap } : { known: true, value: 'refused' };
}

function gapOf(refusal: Refusal, encrypted: Attempt<StartupAnswer> | 'no TLS', where: string): Gap | undefined {
  const said = `${refusal.code}: ${shown(refusal.message)}`;
  if (!isAboutAccess(refusal)) return notNow(refusal, where);
  if (encrypted === 'no TLS')
    return notLetIn(`${where} speaks no TLS, and refuses a startup without it (${said}).`, refusal);
  if ('error' in encrypted) {
    const { gap } = encrypted.error;
    const detail = `${where} refuses plaintext (${said}), and whether it does so because of the encryption is not known. ${gap.detail}`;
    return { ...gap, detail };
  }
  if (encrypted.value.asked) return undefined;
  if (!isAboutAccess(encrypted.value)) return notNow(encrypted.value, where);
  return notLetIn(`${where} refuses a startup with TLS, too (${said}).`, refusal);
}

/**
 * `invalid_authorization_specification`, by pg_hba.conf or the gateway of Azure: https://www.postgresql.org/docs/current/errcodes-appendix.html.
 * PgBouncer has one code for all that it does not like, and these words for this: https://github.com/pgbouncer/pgbouncer/blob/master/src/client.c.
 */
const isAboutAccess = ({ code, message }: Refusal): boolean =>
  code === '28000' || (code === '08P01' && message === 'SSL required');

const notLetIn = (detail: string, { code }: Refusal): Gap => ({
  kind: 'forbidden',
  code,
  detail,
  remedy: 'Probe from an address that its firewall, or its pg_hba.conf, lets in.',
});

/** Too many connections, a start or an end: https://www.postgresql.org/docs/current/errcodes-appendix.html, classes 53 and 57. */
function notNow({ code, message }: Refusal, where: string): Gap {
  const what = `${where} answered the startup with ${code}: ${shown(message)}`;
  const detail = `${what}, which says nothing about encryption.`;
  if (!/^5[37]/.test(code)) return { ...strange(detail), code };
  return { kind: 'server-error', code, detail, remedy: 'Probe again when the server takes connections.' };
}
