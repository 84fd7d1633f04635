/** In a file of its own, so that who needs it loads it, in whichever form this Node gives an ES module to `require`. */
export { default as yargs } from 'yargs';
