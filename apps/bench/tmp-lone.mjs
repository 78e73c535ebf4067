import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { startRedis } from '@rl/test-servers'
import { REDIS_SCRIPT } from '@rl/redis-script'
const [callers, mode, rounds=15, ms=300] = [Number(process.argv[2]??1), process.argv[3]??'distinct', Number(process.argv[4]??15), 300]
const server = await startRedis()
const url = server.url
const plain = new Redis(url), rec = new Redis(url, recommendedOptions), st = new Redis(url,{...recommendedOptions, socketTimeout:700}), rlfc = new Redis(url,{enableOfflineQueue:false})
const nr = await createClient({url}).connect(), nr2 = await createClient({url}).connect(), nr3=await createClient({url}).connect()
const lim = (store, extra={}) => new FixedWindowRateLimiter({name:'api',store,limit:1e9,window:'1m',deadlineMs:30000,...extra})
const argv=['take','1 1 1 1','1000000000 60000']
const bareI=id=>plain.evalsha(REDIS_SCRIPT.sha,1,'bare:'+id,...argv)
const bareN=id=>nr.evalSha(REDIS_SCRIPT.sha,{keys:['bare:'+id],arguments:argv})
const l1=lim(new IoredisStore(rec)), l2=lim(new IoredisStore(st)), l3=lim(new NodeRedisStore(nr2)), lease=lim(new IoredisStore(rec),{name:'lease',lease:true,limit:1e6})
const rlf=new RateLimiterRedis({storeClient:rlfc,points:1e9,duration:60,keyPrefix:'rlf'})
const rlfn=new RateLimiterRedis({storeClient:nr3,useRedisPackage:true,points:1e9,duration:60,keyPrefix:'rlf2'})
const S={bareI,ours:id=>l1.limit(id),oursST:id=>l2.limit(id),rlf:id=>rlf.consume(id),bareN,oursN:id=>l3.limit(id),rlfN:id=>rlfn.consume(id)}
if(mode==='lease') S.lease=id=>lease.limit(id)
const only=process.argv[5]?.split(','); if(only) for(const k of Object.keys(S)) if(!only.includes(k)) delete S[k]
await l1.limit('x')
const res={}
for(let r=-2;r<rounds;r++){ const names=Object.keys(S).sort(()=>Math.random()-.5)
 for(const n of names){ const f=S[n]; let count=0; const end=performance.now()+ms; const c0=process.cpuUsage()
  const t0=performance.now()
  await Promise.all(Array.from({length:callers},async(_,i)=>{const id=mode==='hot'||mode==='lease'?'hot':'user_'+i; while(performance.now()<end){await f(id);count++}}))
  const t=performance.now()-t0, c=process.cpuUsage(c0)
  if(r>=0){(res[n]??=[]).push([count/t*1000,(c.user+c.system)/count])}
 }}
const med=a=>a.sort((x,y)=>x-y)[a.length>>1]
const base={}; for(const n in res){base[n]=med(res[n].map(x=>x[0]))}
for(const n in res) console.log(n.padEnd(8),Math.round(base[n]).toString().padStart(9),'/s', med(res[n].map(x=>x[1])).toFixed(2).padStart(7),'µs cpu', base.bareI?'  /bareI '+(base[n]/base.bareI).toFixed(3):'', base.bareN?'/bareN '+(base[n]/base.bareN).toFixed(3):'',base.rlf?'/rlf '+(base[n]/base.rlf).toFixed(2):'',base.rlfN?'/rlfN '+(base[n]/base.rlfN).toFixed(2):'')
for (const x of [plain,rec,st,rlfc]) x.disconnect(); for(const x of [nr,nr2,nr3]) x.destroy(); await server.stop()
