// A personal data server and the PLC directory that it registers its accounts with, in memory, on loopback alone.
import net from 'node:net'
import { Database, PlcServer } from '@did-plc/server'
import { PDS } from '@atproto/pds'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest)
}
const plc = PlcServer.create({ db: Database.mock(), port: Number(process.env.PLC_PORT) })
await plc.start()
const pds = await PDS.fromEnv()
await pds.start()
