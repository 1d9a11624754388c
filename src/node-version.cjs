// Loaded by `--require` before the first TypeScript file, which older Node cannot read: its loader would end with
// a stack that tells nobody what to do. So this file keeps to what any Node can parse.
var needed = require('../package.json').engines.node.replace(/^>=/, '')
var parts = needed.split('.')
var running = process.versions.node.split('.')
var isOlder = +running[0] < +parts[0] || (+running[0] === +parts[0] && +running[1] < +parts[1])

if (isOlder) {
  console.error(
    'CMR for Slack needs Node ' +
      needed +
      ' or newer, and this is Node ' +
      process.versions.node +
      '. Install Node 24 (https://nodejs.org), or run "npm install" and "npm start", which bring their own.',
  )
  process.exit(1)
}
