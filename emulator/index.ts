/** An Azure Resource Manager that runs here: for the demo and the tests. */
export { demoTenant } from './demo';
export { type EmulatedRequest, Emulator } from './emulator';
export { emulatorHttpClient } from './httpClient';
export { type EmulatorServer, serveEmulator } from './server';
export { type Directory, SignIn, secretWord } from './signIn';
export {
  type Answer,
  type BodyFault,
  type EmulatedManagementGroup,
  type EmulatedParameter,
  type EmulatedServer,
  type EmulatedSubscription,
  type Fault,
  isEndless,
  type Tenant,
  type WireFault,
} from './tenant';
