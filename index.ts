/** The library. Importing it does nothing. */
export {
  type AzureOptions,
  azureCollector,
  type Cloud,
  type CloudName,
  type CredentialContext,
  type CredentialName,
  cloudNames,
  clouds,
  createCredential,
  createWire,
  credentialNames,
  type SignInOptions,
  type Wire,
  type WireOptions,
} from './collectors';
export { exitCode, type Gate } from './engine/exitCode';
export { type RunOptions, runScan } from './engine/scan';
export { checkSettings, type Selection, selectPlugins, settingsOf } from './engine/select';
export { systemClock } from './helpers/clock';
export { own, published } from './helpers/compliance';
export { CutShort } from './helpers/cutShort';
export { boolean, either, oneOf, optional, parameter, tlsVersion } from './helpers/need';
export { definePlugin, fail, pass, warn } from './helpers/plugin';
export { type Remediation, remediation } from './helpers/remediation';
export { ScanError, type ScanErrorCode } from './helpers/scanError';
export { plugins } from './plugins';
export { type Format, formats, type Reporter, reporters, type View } from './reporters';
export { type Scan, type ScanOptions, scan } from './scan';
export * from './types';
