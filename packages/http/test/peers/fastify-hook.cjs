// Required before a test of @fastify/rate-limit: gives it our stores, our Fastify, and the Redis server of RL_REDIS_PORT.
const Module = require('node:module')
const fastify = require('fastify')
const { Redis } = require('ioredis')

const stores = require(process.env.RL_PEER_STORES)

class OurRedis extends Redis {
  constructor(options) {
    super({ ...options, port: Number(process.env.RL_REDIS_PORT) })
  }
}

const load = Module._load
Module._load = function loadForPeer(request, parent, isMain) {
  if (request === './store/LocalStore') return stores.LocalStore
  if (request === './store/RedisStore') return stores.RedisStore
  if (request === 'ioredis' && parent?.filename.includes('rate-limit')) return OurRedis
  if (request === 'fastify') return fastify
  return load.call(this, request, parent, isMain)
}
