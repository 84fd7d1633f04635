/**
 * `pgposture/cloudsploit`: every plugin in CloudSploit's shape, by its id, and nothing else, to be spread into the
 * `azure` block of CloudSploit's `exports.js`.
 */
import { isServerPlugin } from '../../helpers/kind';
import { plugins as ours } from '../../plugins';
import { type CloudSploitPlugin, cloudsploitPlugin } from './plugin';

const plugins: Readonly<Record<string, CloudSploitPlugin>> = Object.fromEntries(
  ours.filter(isServerPlugin).map((plugin) => [plugin.id, cloudsploitPlugin(plugin)]),
);

export = plugins;
