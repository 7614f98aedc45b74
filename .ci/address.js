// Where the project lives is written here, once: `node .ci/address.js https://host/owner/lloyd` puts it into package.json,
// as its homepage, repository and bugs. Without an address it tells whether there is one, which `npm publish` asks first.
import { readFile, writeFile } from 'node:fs/promises'

const file = new URL('../package.json', import.meta.url)
const manifest = JSON.parse(await readFile(file, 'utf8'))
const [address] = process.argv.slice(2)
if (address) {
  const base = new URL(address).href.replace(/(\.git|\/)$/, '')
  Object.assign(manifest, fieldsFor(base))
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`)
} else if (!manifest.homepage) {
  console.error('package.json has no address yet; node .ci/address.js https://host/owner/lloyd fills it in')
  process.exitCode = 1
}

function fieldsFor(base) {
  return {
    homepage: `${base}#readme`,
    repository: { type: 'git', url: `git+${base}.git` },
    bugs: { url: `${base}/issues` },
  }
}
