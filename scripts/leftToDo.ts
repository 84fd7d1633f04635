/** `npm run left-to-do`: what the authors of plugins have left to do. A release must leave nothing: `npm publish` asks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginFolder, root, shownPath, testFolder } from './project';

/** Each TODO of the files, with its place. */
export const leftToDo = (files: readonly string[]): { readonly place: string; readonly what: string }[] =>
  files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => {
        const [, what] = /\bTODO:? *(.*?)[',]*$/.exec(line) ?? [];
        return what === undefined ? [] : [{ place: `${shownPath(file)}:${i + 1}`, what }];
      }),
  );

if (require.main === module) {
  const files = [pluginFolder, testFolder].flatMap((folder) =>
    readdirSync(join(root, folder)).map((file) => `${folder}/${file}`),
  );
  const left = leftToDo(files);
  console.log(
    left.map(({ place, what }) => `${place}\n   ${what}`).join('\n') || 'Nothing is left to do in the plugins.',
  );
  process.exitCode = left.length > 0 ? 1 : 0;
}
