/** Each folder of `src` may import those left of it. docs/architecture.md says why they stand in this order. */
const layers = [
  'process',
  'http',
  'cmr',
  'store',
  'health',
  'slack',
  'commands',
  'events',
  'directory',
  'access',
  'operations',
  'resources',
  'imports',
  'alerts',
  'renewals',
  'diagnose',
  'listeners',
]

/** Imports against the layers that are left from before there were any: none may be added. */
const known = {
  commands: ['operations'],
}

const folders = (names) => `^src/(${names.join('|')})/`

module.exports = {
  forbidden: [
    ...layers.map((layer, at) => ({
      name: `layer-${layer}`,
      comment: `${layer} may import ${layers.slice(0, at).join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: folders([layer]) },
      to: { path: '^src/.+/', pathNot: folders([...layers.slice(0, at + 1), ...(known[layer] ?? [])]) },
    })),
    {
      name: 'root-is-the-top',
      comment: 'The files of src itself put the parts together; no folder imports them',
      severity: 'error',
      from: { path: '^src/.+/' },
      to: { path: '^src/[^/]+$' },
    },
    {
      name: 'no-circle-of-files',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'stand-ins-use-declarations-only',
      comment: 'sandbox and playground are outside of the bot',
      severity: 'error',
      from: { path: '^src/(sandbox|playground)/', pathNot: '^src/playground/main[.]ts$' },
      to: { path: '^src/', pathNot: '^src/(cmr|$1)/' },
    },
    {
      name: 'stand-ins-are-not-imported',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sandbox/|playground/)' },
      to: { path: '^src/(sandbox|playground)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    includeOnly: '^src/',
    // The parser reads no JSX; the page imports its own folder only.
    exclude: '[.]tsx$',
  },
}
