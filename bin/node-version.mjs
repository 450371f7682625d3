// Runs on any Node: says plainly when it is too old, before a newer syntax fails in a less plain way.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`Koine needs Node 22.19 or later; this is ${process.version}. On Linux, \`npm ci\` brings one along.`)
  process.exit(1)
}
