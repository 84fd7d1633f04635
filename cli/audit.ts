import { databaseCollector } from '../collectors/database/databases';
import { checkTokenGoesTo } from '../collectors/database/entra';
import { type Target, targetName, targetOf } from '../collectors/database/target';
import { systemClock } from '../helpers/clock';
import { ScanError } from '../helpers/scanError';
import { databaseSignIn } from '../scan';
import { readCertificates } from './certificates';
import type { Io } from './io';
import { liveCommand } from './live';
import type { AuditRequest } from './request';

/** `pgposture audit`: signs in to databases, and asks which sessions are encrypted, and who need not encrypt. */
export async function auditCommand(request: AuditRequest, io: Io): Promise<number> {
  const { dsns, caFile } = request;
  const ca = caFile === undefined ? undefined : await readCertificates(caFile);
  const targets = new Map<string, Target>();
  for (const dsn of dsns.length > 0 ? dsns : ['']) {
    const target = targetOf(dsn, io.env, ca);
    const name = targetName(target);
    if ((targets.get(name) ?? target).hostaddr !== target.hostaddr) {
      const what = `Two connection strings name ${name}, each at another hostaddr: in a report they would be one.`;
      throw new ScanError('bad-option', what, 'Audit one after the other, each into a report of its own.');
    }
    targets.set(name, target);
  }
  const entra = request.entra
    ? databaseSignIn({ ...request.entra, ca, onSignInPrompt: (line) => void io.stderr.write(`${line}\n`) })
    : undefined;
  try {
    for (const target of entra ? targets.values() : []) checkTokenGoesTo(target, entra?.suffix ?? '');
    return await liveCommand('PostgreSQL/databases', request, io, async (log, signal) => {
      const token = await entra?.signIn(signal);
      return databaseCollector([...targets.values()], { clock: systemClock, log, token });
    });
  } finally {
    entra?.close();
  }
}
