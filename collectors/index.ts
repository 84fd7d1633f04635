/** Collectors, one for each place that can be asked, and what they are made with. */
export { type Cloud, type CloudName, cloudNamed, cloudNames, cloudOfEnvironment, clouds } from './azure/clouds';
export { type CredentialName, credentialNamed, credentialNames } from './azure/credentialNames';
export { type CredentialContext, createCredential, type SignInOptions, signInPatience } from './azure/credentials';
export { azureCollector } from './azure/tenant';
export { checkedProxy, createWire } from './azure/wire';
