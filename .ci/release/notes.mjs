// node .ci/release/notes.mjs TAG: whether the tag may be released; prints what CHANGELOG.md says of it.
import { readFileSync } from 'node:fs';

const [tag = ''] = process.argv.slice(2);
const repository = process.env.GITHUB_REPOSITORY;
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { version, repository: own } = json('package.json');
const locked = json('package-lock.json').version;
const [, day, notes = ''] =
  readFileSync('CHANGELOG.md', 'utf8')
    .split(/^## /m)
    .map((section) => /^(.*)\n([\s\S]*)$/.exec(section) ?? [])
    .map(([, heading = '', text]) => [...heading.split(' - '), text])
    .find(([name]) => name === version) ?? [];

const isDay = /^\d{4}-\d\d-\d\d$/.test(day ?? '') && !Number.isNaN(Date.parse(day));
const wrong = [
  tag === `v${version}` ? '' : `The tag is "${tag}", and package.json says ${version}: the tag has to be v${version}.`,
  locked === version ? '' : `package-lock.json says ${locked}, and package.json ${version}: run npm install.`,
  isDay && notes.trim() ? '' : `CHANGELOG.md has no "## ${version} - YYYY-MM-DD" with a word below it.`,
  // npm refuses a provenance that names another repository, after all else is done.
  own?.url === `git+https://github.com/${repository}.git`
    ? ''
    : `repository.url in package.json is ${own?.url}: it has to be git+https://github.com/${repository}.git.`,
].filter(Boolean);

if (wrong.length === 0) console.log(notes.trim());
else {
  console.error(wrong.join('\n'));
  process.exitCode = 1;
}
