// node .ci/release/sbom.mjs: prints what a user of the package runs, as CycloneDX (1.5, as npm writes it).
import { execFileSync } from 'node:child_process';

/** They stand in the page of --html, so they are in our package. npm takes them for development. */
const inThePage = ['@tanstack/virtual-core', 'preact', 'preact-render-to-string'];

const sbom = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  }),
);

const isDevelopment = ({ properties }) => properties.some(({ name }) => name === 'cdx:npm:package:development');
const { component } = sbom.metadata;
// npm gives it the name of the folder.
component.name = component['bom-ref'].replace(/(?<=.)@.*/, '');
sbom.components = sbom.components.filter((each) => inThePage.includes(each.name) || !isDevelopment(each));
const kept = new Set([component, ...sbom.components].map((each) => each['bom-ref']));
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map((each) => ({ ...each, dependsOn: each.dependsOn.filter((ref) => kept.has(ref)) }));
console.log(JSON.stringify(sbom, null, 2));
