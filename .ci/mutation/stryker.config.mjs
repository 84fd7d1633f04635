/** Mutation testing of what judges: `npm run test:mutation`. The report stands in .reports/mutation/. */
export default {
  mutate: ['engine/**/*.ts', 'plugins/**/*.ts', 'helpers/**/*.ts'],
  plugins: ['@stryker-mutator/tap-runner', './.ci/mutation/prose.mjs'],
  ignorers: ['prose'],
  // TypeScript 7 has no API for Stryker's checker, nor for rewriting a tsconfig: so there is none that it would find.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  buildCommand: 'tsc --noCheck --declaration false',
  testRunner: 'tap',
  tap: {
    // Those of these folders, and those of others that are quick.
    testFiles: [
      'dist/test/{engine,helpers}/*.test.js',
      'dist/test/plugins/!(sources).test.js',
      'dist/test/adapters/cloudsploit/plugin.test.js',
      'dist/test/reporters/{catalogue,explanation,text}.test.js',
      'dist/test/golden.test.js',
    ],
    nodeArgs: ['--test-reporter=./.ci/mutation/tap.mjs'],
  },
  coverageAnalysis: 'perTest',
  // Slightly below what is reached: docs/reliability.md has the survivors, and why each survives.
  thresholds: { high: 98, low: 97, break: 97 },
  concurrency: 2,
  // A test waits that long for nothing but a busy machine: a mutant that runs in circles is stopped by its count of hits.
  timeoutMS: 60_000,
  ignorePatterns: ['dist', '.ci/mutation/node_modules', '.reports'],
  htmlReporter: { fileName: '.reports/mutation/index.html' },
  jsonReporter: { fileName: '.reports/mutation/report.json' },
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  allowConsoleColors: false,
};
