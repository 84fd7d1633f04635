/** The library. Importing it does nothing. */
export {
  type Cloud,
  type CloudName,
  type CredentialName,
  cloudNames,
  clouds,
  credentialNames,
  type SignInOptions,
} from './collectors';
export { type ComparedReport, compare, withLost } from './engine/compare';
export { type Decision, decide, exitCode, type Gate } from './engine/gate';
export { merge } from './engine/merge';
export { type Selection, selectPlugins } from './engine/select';
export { type SuppressOptions, suppress } from './engine/suppress';
export { type AssessedReport, complianceOf } from './helpers/assessed';
export { own, published } from './helpers/compliance';
export { CutShort } from './helpers/cutShort';
export { isServerPlugin } from './helpers/kind';
export {
  besides,
  boolean,
  either,
  ifKnown,
  oneOf,
  optional,
  parameter,
  text,
  tlsVersion,
  wholeNumber,
} from './helpers/need';
export { definePlugin, fail, pass, warn } from './helpers/plugin';
export { type Remediation, remediation } from './helpers/remediation';
export { ScanError, type ScanErrorCode } from './helpers/scanError';
export { plugins } from './plugins';
export { type Format, formats, type Reporter, reporters, type View } from './reporters';
export { type Scan, type ScanOptions, scan } from './scan';
export * from './types';
