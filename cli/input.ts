import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ScanError } from '../helpers/scanError';

const whatToDo: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name a file in it.',
  ENOENT: 'There is no such file: check its name.',
  ENOTDIR: 'Something on its way is a file, not a folder.',
  EACCES: 'Name a file that you may read.',
};

/** What kept a file from being read. */
export function unreadable(path: string, error: unknown): ScanError {
  const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
  return new ScanError('unreadable-input', `"${path}" cannot be read (${code}).`, whatToDo[code] ?? 'Name another.');
}

/** Certificates in PEM, one or more. Throws a ScanError, `unreadable-input`, that names the file. */
export async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error) => Promise.reject(unreadable(path, error)));
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const certificate of found) new X509Certificate(certificate);
  } catch {
    throw new ScanError('unreadable-input', `"${path}" holds a certificate that is broken.`, 'Export it anew, as PEM.');
  }
  if (found.length > 0) return found.join('\n');
  throw new ScanError(
    'unreadable-input',
    `"${path}" holds no certificate in PEM.`,
    'Give it as text that begins with -----BEGIN CERTIFICATE-----; openssl x509 converts other forms.',
  );
}
