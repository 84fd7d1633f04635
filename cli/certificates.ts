import { X509Certificate } from 'node:crypto';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import { readAscii } from './textFile';

/** All that Windows, or a distribution of Linux trusts is a tenth of that. */
const limits = { longest: 5_000_000, remedy: 'Name the file that holds the certificates only.' };

/**
 * Certificates in PEM, one or more; what stands between them is skipped. Throws a ScanError, `unreadable-input` or `bad-file`,
 * that names the file.
 */
export async function readCertificates(path: string): Promise<string> {
  const text = await readAscii(path, limits);
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const bad = (what: string, remedy: string) =>
    new ScanError('unreadable-input', `"${printable(path)}" ${what}.`, remedy);
  try {
    for (const certificate of found) new X509Certificate(certificate);
  } catch {
    throw bad('holds a certificate that is broken', 'Export it anew, as PEM.');
  }
  // Without the one that is cut off, a proxy would be refused, and nobody knew why.
  if (found.length < text.split('-----BEGIN CERTIFICATE-----').length - 1) {
    throw bad('holds a certificate that breaks off', 'It may be half copied: export it anew, as PEM.');
  }
  if (found.length > 0) return found.join('\n');
  throw bad(
    'holds no certificate in PEM',
    'Give it as text that begins with -----BEGIN CERTIFICATE-----; openssl x509 converts other forms.',
  );
}
