import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root';

/** What package-lock.json says of a package. */
interface Locked {
  readonly version: string;
  /** npm leaves it out where its config says omit-lockfile-registry-resolved: it is the registry of whoever installs. */
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface LockedPackage extends Locked {
  readonly name: string;
  /** From the root of the project: `node_modules/ajv`. */
  readonly folder: string;
  readonly isThere: boolean;
  /** It comes with pgposture, to its users. */
  readonly isRuntime: boolean;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** The folders that have a lock of their own, the root first. */
export const lockFolders: readonly string[] = [
  '',
  ...readdirSync(join(root, '.ci'))
    .map((name) => join('.ci', name))
    .filter((folder) => existsSync(join(root, folder, 'package-lock.json'))),
];

export function lockedPackages(folder: string): LockedPackage[] {
  const { packages } = readJson(join(root, folder, 'package-lock.json')) as { packages: Record<string, Locked> };
  return Object.entries(packages).flatMap(([path, locked]) => {
    const name = path.split('node_modules/').at(-1);
    if (!name) return [];
    const at = join(folder, path);
    const isThere = existsSync(join(root, at, 'package.json'));
    return [{ ...locked, name, folder: at, isThere, isRuntime: folder === '' && !locked.dev }];
  });
}

/** As the package itself says it, where it is installed; a list of old, or an object, as JSON. */
export function licenceOf({ folder, isThere, license = 'none' }: LockedPackage): string {
  if (!isThere) return license;
  const own = readJson(join(root, folder, 'package.json')) as { license?: unknown; licenses?: unknown };
  const said = own.license ?? own.licenses ?? 'none';
  return typeof said === 'string' ? said : JSON.stringify(said);
}
