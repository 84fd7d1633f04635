import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';

const mayRead = 'Name a file that you may read.';
const tooManyOpen = 'Too many files are open: close some, or let the process have more (ulimit -n).';

const whatToDo: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name a file in it.',
  ENOENT: 'There is no such file: check its name.',
  ENOTDIR: 'Something on its way is a file, not a folder.',
  EACCES: mayRead,
  EPERM: mayRead,
  ELOOP: 'Its links lead in a circle: name the file itself.',
  ENAMETOOLONG: 'No file has so long a name: check it.',
  // Node's word for a zero byte in a path.
  ERR_INVALID_ARG_VALUE: 'No file has such a name: check it.',
  EMFILE: tooManyOpen,
  ENFILE: tooManyOpen,
  EBUSY: 'Another program has it: try again when that is done.',
  ETXTBSY: 'Another program has it: try again when that is done.',
  EIO: 'Its disk or device gives an error: copy it to another place, or name another.',
  ENXIO: 'Nothing stands behind it: name a file.',
  ENODEV: 'Nothing stands behind it: name a file.',
  EINVAL: 'It gives nothing to read: name a file.',
};

/** What kept a file from being read. */
export function unreadable(path: string, error: unknown): ScanError {
  const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
  return new ScanError(
    'unreadable-input',
    `"${printable(path)}" cannot be read (${code}).`,
    whatToDo[code] ?? 'Name another file.',
  );
}
