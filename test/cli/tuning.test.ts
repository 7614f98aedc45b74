import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli'

const cli = useCli()
const clustering = ['kmeans', 't.csv', '--k', '2', '--backend', 'webgpu', '--tuning', 'tiles.json']

describe('lloyd kmeans --tuning', () => {
  it('measures once, keeps what it found, and takes it from the file after', async () => {
    writeFileSync(cli.in('t.csv'), 'x,y\n1,1\n1,2\n9,9\n9,8\n')
    expect(await cli.lloyd(clustering)).toMatchObject({ code: 0 })
    const tuning = JSON.parse(readFileSync(cli.in('tiles.json'), 'utf8'))
    expect(tuning).toMatchObject({ format: 'lloyd-tuning', version: 1 })
    const [key] = Object.keys(tuning.tiles)
    tuning.tiles[key].workgroup = 7 // forced by hand
    writeFileSync(cli.in('tiles.json'), JSON.stringify(tuning))
    expect(await cli.lloyd(clustering)).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(cli.in('tiles.json'), 'utf8'))).toEqual(tuning)
  })

  it('refuses what is no tuning, or of another adapter', async () => {
    writeFileSync(cli.in('t.csv'), 'x,y\n1,1\n1,2\n9,9\n9,8\n')
    writeFileSync(cli.in('tiles.json'), '{')
    await cli.expectRefusal(clustering, /tiles\.json is not JSON, or is damaged; name another file/)
    const adapter = { vendor: 'acme', architecture: '', description: '' }
    writeFileSync(cli.in('tiles.json'), JSON.stringify({ format: 'lloyd-tuning', version: 1, adapter, tiles: {} }))
    await cli.expectRefusal(clustering, /tiles\.json: the tuning is for the vendor 'acme'/)
  })
})
