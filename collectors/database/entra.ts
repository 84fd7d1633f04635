import { ScanError } from '../../helpers/scanError';
import { type Cloud, clouds } from '../azure/clouds';
import { isSocket, type Target } from './target';

/** What a token for the databases of a cloud is asked for. Throws a ScanError, `bad-option`, for one whose databases nobody knows. */
export function databasesOf(cloud: Cloud): NonNullable<Cloud['postgres']> {
  const known = Object.values(clouds).find(({ armEndpoint }) => armEndpoint === cloud.armEndpoint);
  const postgres = cloud.postgres ?? known?.postgres;
  if (postgres) return postgres;
  const remedy = `Name one of ${Object.keys(clouds).join(', ')} by --cloud, or sign in with a password.`;
  throw new ScanError('bad-option', 'Nobody knows what the databases of this cloud take a token of.', remedy);
}

/** A token opens all databases of its role, so it goes to a server of Azure that has proven who it is, and to no other. Throws a ScanError, `bad-option`. */
export function checkTokenGoesTo({ host, sslmode }: Target, suffix: string): void {
  if (isSocket(host) || !host.toLowerCase().endsWith(suffix)) {
    const what = `A token for Azure's databases is not sent to ${JSON.stringify(host)}.`;
    throw new ScanError('bad-option', what, `Name the server as Azure does: …${suffix}; hostaddr may lead elsewhere.`);
  }
  if (sslmode === 'verify-full') return;
  const what = `A token is not sent with sslmode=${sslmode}, which does not verify whom it goes to.`;
  throw new ScanError('bad-option', what, 'Leave sslmode out.');
}
