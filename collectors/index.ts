/** Collectors, one for each place that can be asked, and what they are made with. */
export {
  type CheckedCloud,
  type Cloud,
  type CloudName,
  checkedCloud,
  cloudNamed,
  cloudNames,
  cloudOfEnvironment,
  clouds,
} from './azure/clouds';
export { type CredentialName, credentialNamed, credentialNames } from './azure/credentialNames';
export { type CredentialContext, createCredential, type SignInOptions, signInPatience } from './azure/credentials';
export { isShard, mostShards, Share } from './azure/shard';
export { CachedCredential } from './azure/signIn';
export { azureCollector } from './azure/tenant';
export { checkedProxy, createWire, type Wire } from './azure/wire';
