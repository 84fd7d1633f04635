import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

/** Each of the two packages that make Azure's core is installed once in this folder, and was loaded once, of these files. */
export function assertOneCore(nodeModules: string, loaded: readonly string[]): void {
  const installed = readdirSync(nodeModules, { recursive: true, encoding: 'utf8' });
  for (const name of ['core-client', 'core-rest-pipeline']) {
    const path = new RegExp(`@azure[\\\\/]${name}$`);
    assert.equal(installed.filter((folder) => path.test(folder)).length, 1, `${name} is installed once`);
    const form = new RegExp(`^.*[\\\\/]@azure[\\\\/]${name}[\\\\/]dist[\\\\/][^\\\\/]+`);
    const forms = new Set(loaded.flatMap((file) => form.exec(file)?.[0] ?? []));
    assert.equal(forms.size, 1, `${name} is loaded once`);
  }
}
