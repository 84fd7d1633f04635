import type { Location } from 'sarif';
import { isView } from '../helpers/kind';
import { printable } from '../helpers/printable';
import type { ResourceReference } from '../types';
import { plain } from './sarifText';

/**
 * Where an alert is shown. GitHub refuses a whole upload for one result without a file, or with one that has a scheme; the
 * file need not exist.
 */
export const locationOf = (resource: ResourceReference): Location => ({
  physicalLocation: {
    artifactLocation: { uri: pathOf(resource) },
    region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  },
  ...logicalLocation(resource),
});

/** Where it is in Azure. */
export const logicalLocation = ({ id, name }: ResourceReference): Pick<Location, 'logicalLocations'> => ({
  logicalLocations: [
    { name: plain(name, plain(id, 'unknown')), fullyQualifiedName: plain(id, 'unknown'), kind: 'resource' },
  ],
});

/** `azure/<subscription>/<resource group>/<server>`; of what is no server, its id. What Azure was not asked for stands under `postgresql`. */
function pathOf({ id, type, name, resourceGroup, subscriptionId }: ResourceReference): string {
  const words = subscriptionId && resourceGroup ? [subscriptionId, resourceGroup, name] : id.split('/');
  return [
    isView(type) && !subscriptionId ? 'postgresql' : 'azure',
    ...words.filter((word) => word !== '').map(segment),
  ].join('/');
}

/** A folder that is called `..` would lead out of `azure/`, percent or not. */
const segment = (word: string) => encodeURIComponent(printable(word.toLowerCase())).replace(/^\.+$/, '_');
