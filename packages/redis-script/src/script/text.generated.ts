// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local n,r,G,A,J=redis.call,string.match,string.gmatch,string.format,string.sub
local IN_PLACE=true
local w,aT,t,x,bF,R=r(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local Z=n('TIME')local S=Z[2]+0
local k=Z[1]*1000+(S-S%1000)/1000
if w then
local u,y,b,g,d=KEYS[1],R+0,nil,nil,nil
local j=redis.pcall('GET',u)t=t+0
local m=aT=='e'and k-k%t+t or k+t
if j and#j>0 then
g,d=r(j,'^1;'..w..'=(%d+) (%d+)$')if g and#g==13 and#d<16 then
local E,C=g+0,d+y
if E==m or aT=='f'and E>k and E<m then
if C>x+0 or y==0 then
if(1+S)%64>0 then b=C>x+0 and'0*'..d or d end
else
b=A('%d',C)if IN_PLACE and#b==#d and C%(64*y)>=y then
n('SETRANGE',u,bF,b)else
n('SET',u,'1;'..w..'='..g..' '..b,'PXAT',g)end
end
end
end
elseif not j and y<=x+0 and m<1e13 then
g,b=A('%d',m),R
if#g<13 and m>=1e12 then error('this server formats numbers in 32 bits')end
if y>0 then n('SET',u,'1;'..w..'='..g..' '..R,'PXAT',g)end
end
if b then
if aT=='f'then b=b..'@'..g end
return'r'..Z[1]..':'..Z[2]..' '..b
end
ARGV[1]='t1 1 '..R..';'..w..' '..x
end
local aU,bG,ag,l,aV=r(ARGV[1],'^h(%d+) (%d+) (%d+) (%d+) ()')if aU then
local u,s,bh,b=KEYS[1],l+0,k-aU,nil
local F,bi=J(ARGV[1],aV,aV+s-1),J(ARGV[1],aV+s)local j=redis.pcall('GET',u)if bh>=0 and bh<bG+0 and(not j or#j>0 and J(j,1,s)==F)then
local aW=j and J(j,s+1)or''local bH,v,P,K,B,bj=G(aW,'%d+'),'','',true,false,false
for y,x in G(bi,'(%d+):(%d+)')do
local d=bH()or'0'local C=d+y
if C>x+0 then K=false end
if not B and y~='0'then B,bj=true,C%(64*y)<y+0 end
if#d<16 then v=v..d..','end
P=P..A('%d,',C)end
v,P=J(v,1,-2),J(P,1,-2)if j and v~=aW then
elseif not K or not B then
if not j or(1+S)%64>0 then b=K and v or'0*'..v end
else
b=P
if IN_PLACE and#P==#aW and not bj then
n('SETRANGE',u,l,P)else
n('SET',u,F..P,'PXAT',A('%d',aU+ag))end
end
end
if b then return'r'..Z[1]..':'..Z[2]..' '..b end
local bI,L,z=G(F,';[^=]+'),'',''for y,x in G(bi,'(%d+):(%d+)')do
L,z=L..y..',',z..bI()..' '..x
end
ARGV[1]='t1 1 '..L..z
end
local bJ,bk,M,o=string.find,string.rep,table.concat,KEYS
local T=n('MGET',unpack(o))local N,av={},ARGV[1]=='again'local function bl(n,o,T,N,k,S)local r,G,A,J,M=string.match,string.gmatch,string.format,string.sub,table.concat
local aw=9007199254740991
local aa,bK,bL,bM,bN='!1','!2','!3','!4','!5'local function bm(E)local i=A('%d',E)if#i<13 and E>=1e12 then error('this server formats numbers in 32 bits')end
return i
end
local function bn(h)local u=o[h]if T[h]and not N[u]then return T[h]end
local j=redis.pcall('GET',u)if type(j)~='table'then return j end
if r(j.err,'WRONGTYPE')then return nil,bK end
return n('GET',u)end
local bo={['']={g='',b=0,e={},a={},c={},h=true,d=0,i=''}}local function bO(i)local bp=r(i,'^(%d+);')if bp~='1'then return bp and bL or aa end
local Q,g,V,a,s={0,0,0,0},{0,0,0,0},{},0,1
local aX,m,H=true,0,''for bq,w,f in G(i,';(([%w_~]+)=(%d+))')do
local E=f+0
if V[w]or E>aw then return aa end
a,s=a+1,s+1+#bq
Q[a],g[a],V[w]=bq,E,a
aX=aX and E>k
if E>m then m,H=E,f end
end
if s~=#i then return aa end
return{g=i,b=a,e=Q,a=g,c=V,h=aX,d=m,i=H}end
local function aY(h)local j,ax=bn(h)if ax then return nil,ax end
local i,br=r(j or' ','^(%S*) (.*)$')if not i or j and i==''then return nil,aa end
local e,p,a,s=bo[i],{0,0,0,0},0,0
if not e then
e=bO(i)bo[i]=e
end
if type(e)=='string'then return nil,e end
if not j then return e,p end
for ay in G(br,'[^,]+')do
a,s=a+1,s+1+#ay
p[a]=ay
end
if a~=e.b or s~=#br+1 then return nil,aa end
return e,p
end
local function aZ(i)local bs,D,I=i,0,''if not r(i,'^%d+$')then
bs,I=r(i,'^(%d+)(:.+)$')local az
D,az=r(I or'','^:(%d+)(.*)$')if not D or az~=''and J(az,1,1)~=':'then return end
end
local d=bs+0
D=D+0
if d<=aw and D<aw then return d,D,I end
end
local function ba(u,Q,ab,a,m,H,e,p,W)for q=1,e.b do
if e.a[q]>k and not(W and W[q])then
a=a+1
Q[a],ab[a]=e.e[q],p[q]if e.a[q]>m then m,H=e.a[q],bm(e.a[q])end
end
end
if a>0 then
n('SET',u,'1;'..M(Q,';',1,a)..' '..M(ab,',',1,a),'PXAT',H)else
n('DEL',u)end
N[u]=true
end
local function bt(u,e,p)if not e.h then return ba(u,{0,0,0,0},{0,0,0,0},0,0,nil,e,p)end
n('SET',u,e.g..' '..M(p,',',1,e.b),'PXAT',e.i)N[u]=true
end
local bu={}local function bP(i)local z={}for w,U,t,x,I in G(i,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local f,m
if t==''then
local bb,bc=r(I,'(%d+) (.*)')m,U=k+bb,''for ao in G(bc,'%d+')do
ao=ao+0
if not f and ao>k then f=ao end
end
else
t=t+0
f=U=='e'and k-k%t+t or math.min(k+t,aw)m=f
end
z[#z+1]={f=w,j=x+0,k=U=='e',a=f,l=bm(f),d=m}end
return z
end
local function bQ(h,bd,ac,L)local z=bu[bd]or bP(bd)bu[bd]=z
local e,p=aY(h)if not e then return p end
local ah,B,aA,K,X,a=ac,false,false,true,true,#z
local V,ab,b,g,bv={0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0}for c=1,a do
local ai,R=z[c],L[c]local l,d,D,I=e.c[ai.f],0,0,''g[c]=ai.l
if l and e.a[l]>k then
d,D,I=aZ(p[l])if not d then return aa end
if e.a[l]>ai.d then
aA,K=true,false
else
g[c]=J(e.e[l],#ai.f+2)X=X and e.a[l]==ai.a
end
else
l,K=false,false
end
V[c],ab[c],bv[c],b[c]=l,d,I,D
X=X and ai.k
local aK=ai.j-d
B=B or R>0
if aK<0 then
ah=0
elseif R>0 and ah*R>aK then
ah=(aK-math.fmod(aK,R))/R
end
end
local aL=B and ah>0
for c=1,a do
local i,D=A('%d',ab[c]+ah*L[c]),b[c]ab[c]=i..bv[c]b[c]=D>0 and i..':'..A('%d',D)or i
end
if not aL and not aA and e.b>0 and(h+S)%64==0 then
local bw=n('PTTL',o[h])aA=bw==-1 or bw>e.d-k+1000
end
b=M(b,',',1,a)if ah<ac then b=A('%d',ah)..'*'..b end
if not X then b=b..'@'..M(g,',',1,a)end
if(aL or aA)and K then
for c=1,a do p[V[c]]=ab[c]end
bt(o[h],e,p)elseif aL or aA then
local Q,bx,aB,W,m,H={0,0,0,0},{0,0,0,0},0,{},0,nil
for c=1,a do
if V[c]then W[V[c]]=true end
if aL or V[c]then
aB=aB+1
Q[aB],bx[aB]=z[c].f..'='..g[c],ab[c]if g[c]+0>m then m,H=g[c]+0,g[c]end
end
end
ba(o[h],Q,bx,aB,m,H,e,p,W)end
return b
end
local function bR(h,ad,i)local aM=ad~=''and o[h+1]if aM then
local ap,ax=bn(h+1)if ax then return ax end
if ap then
local bS,aq=r(ap,'^1 (%d+) ([-%d:x,]+)$')if not aq then return aa end
if bS+0>k then return'='..aq end
end
end
local e,p=aY(h)if not e then return p end
local b,ae,by='',false,false
for w,f,D,bT in G(i,';(%S+) (%d+) (%d+) (-?%d+)')do
local l,aq=e.c[w],'x'if l and e.a[l]>k and e.a[l]==f+0 then
local d,bU,I=aZ(p[l])if not d then return aa end
if bU==D+0 then
local ar=bT+0
if ar<-d then ar=-d end
if ar>aw-d then return bM end
local P=A('%d',d+ar)p[l]=P..I
by,ae,aq=true,ae or ar~=0,A('%d',ar)..':'..P
end
end
b=b==''and aq or b..','..aq
end
if aM and by then
if ad+0<=k then return bN end
n('SET',aM,'1 '..ad..' '..b,'PXAT',ad)N[aM]=true
end
if ae then bt(o[h],e,p)end
return b
end
local function bV(h,i)local e,p=aY(h)if not e then
n('DEL',o[h])N[o[h]]=true
return'c'end
local ae,W=false,{}for w in G(i,';([%w_~]+)')do
local l=e.c[w]if l then
ae,W[l]=true,true
local d,D,I=aZ(p[l])if d and not r(w,'^f%d')then
local az=r(I,'^:%d+(.*)$')or''W[l],p[l]=false,'0:'..A('%d',D+1)..az
end
end
end
if ae then ba(o[h],{0,0,0,0},{0,0,0,0},0,0,nil,e,p,W)end
return'c'end
return{m=bQ,n=bR,o=bV}end
local aj,as
local h,at=0,0
local z,a,aC,F,s,l,H,ak='',0,false,'',0,'','',''local x,m,aD,aE,al=0,0,true,false,''local am,aF,aG,g,Y,aH,aI=0,0,0,0,0,'','%d'local L,y,aN=nil,nil,nil
for be=av and 2 or 1,#ARGV do
local bz,ay,ac,bA,i=r(ARGV[be],'^([tv])(%d+) (%d+) ([%d, ]+)(.*)$')if bz then
if i~=''and i~=z then
if a>0 then
as=as or{}as[z]={a,aC,F,s,l,H,ak,x,m,aD,aE,al,am,aF,aG,g,Y,aH,aI}end
z=i
if as and as[z]then
a,aC,F,s,l,H,ak,x,m,aD,aE,al,am,aF,aG,g,Y,aH,aI=unpack(as[z])else
local ag,X=0,true
a,aC,F=0,false,'1'for w,U,t,bB,I in G(i,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local f,aO
if t==''then
local ap
local bb,bc=r(I,'(%d+) (.*)')for ao in G(bc,'%d+')do
f=ao+0
ap=ap or f
if f>k then break end
end
if ap>k or f<=k then aC=true end
U,aO='c',k+bb
else
t=t+0
f=k-k%t+t
if U=='f'then f=k+t<9007199254740991 and k+t or 9007199254740991 end
aO=f
end
local aJ=A('%d',f)if#aJ<13 and f>=1e12 then error('this server formats numbers in 32 bits')end
if f>ag then ag,H=f,aJ end
F=F..';'..w..'='..aJ
X=X and U=='e'a=a+1
if a==1 then
x,m,aD,aE=bB+0,aO,U=='e',U=='f'Y,g=w,aJ
else
if a==2 then
if not L then L,y,aN={0,0,0,0},{0,0,0,0},{0,0,0,0}end
am,aF,aG={x,0,0,0},{m,0,0,0},{aD,0,0,0}g,Y={g,0,0,0},{Y,0,0,0}end
am[a],aF[a],aG[a],g[a],Y[a]=bB+0,aO,U=='e',aJ,w
end
end
F=F..' 's=#F
l=A('%d',s)ak=X and''or'@'..(a==1 and g or M(g,',',1,a))al=aE and a==1 and'^1;'..Y..'=(%d+) (%d+)$'if a>1 then aH,aI='^(%d+)'..bk(',(%d+)',a-1)..'$','%d'..bk(',%d',a-1)end
end
end
local aP,aQ,B,K,au=bz=='v',a==1,nil,true,nil
local an,O,aR,bf,bC=0,0,0,1,(aP or a>1)and G(bA,'%d+')ac=ac+0
for q=h+1,h+ay do
if aQ then
if aP or B==nil then
an=(aP and bC()or bA)+0
O=an*ac
B,K,aR,au=O>0,O<=x,64*O,nil
end
elseif aP or B==nil then
B,K,au=false,true,nil
for c=1,a do
an=bC()+0
O=an*ac
L[c],y[c]=an,O
if O>am[c]then K=false end
if O>0 and not B then B,aR,bf=true,64*O,c end
end
end
local j,b=T[q],nil
if av and N[o[q]]then j=n('GET',o[q])end
if aC then
b='o'elseif not j then
if K and B then
if not au then au=aQ and A('%d',O)or A(aI,unpack(y,1,a))end
if n('SET',o[q],F..au,'PXAT',H,'NX')then
b=au..ak
if av then N[o[q]]=true end
end
end
elseif aQ then
local d,f
if not aE then
if bJ(j,F,1,true)==1 then d=r(j,'^%d+$',s+1)end
else
f,d=r(j,al)if d and(f+0<=k or f+0>m or#f~=13)then d=nil end
end
if d and#d<16 then
local C=d+O
if C>x or not B then
if(q+S)%64>0 then
if C<=x then b=d elseif d+an>x then b='0*'..d end
end
else
b=A('%d',C)if IN_PLACE and#b==#d and C%aR>=O then
n('SETRANGE',o[q],l,b)else
n('SET',o[q],J(j,1,s)..b,'PXAT',f or H)end
if av then N[o[q]]=true end
end
if b and not aD then b=b..(f and'@'..f or ak)end
end
elseif a<=16 then
local v,af,bg,aS=nil,0,true,false
local bD=not IN_PLACE
if J(j,1,s)==F then
v={r(j,aH,s+1)}else
al=al or'^1;'..M(Y,'=(%d+);',1,a)..'=(%d+) '..J(aH,2)v,af={r(j,al)},a
end
for c=1,a do
local d,f=v[af+c],af>0 and v[c]or g[c]if not d or#d>15 then
v=false
break
end
if f~=g[c]then
local E=f+0
if E<=k then
v[c],v[af+c],d,bD=g[c],'0','0',true
elseif E>aF[c]or aG[c]or#f~=#g[c]then
v=false
break
end
end
local C=d+y[c]aN[c]=C
if C>am[c]then bg,aS=false,aS or d+L[c]>am[c]end
end
if v then
if bg and B then
b=A(aI,unpack(aN,1,a))if bD or aN[bf]%aR<y[bf]or#b~=#j-s then
local Q,ag,bE={},0,nil
for c=1,a do
local f=af>0 and v[c]or g[c]Q[c]=Y[c]..'='..f
if f+0>ag then ag,bE=f+0,f end
end
n('SET',o[q],'1;'..M(Q,';')..' '..b,'PXAT',bE)else
n('SETRANGE',o[q],l,b)end
if av then N[o[q]]=true end
elseif(q+S)%64>0 and(bg or aS)then
b=M(v,',',af+1,af+a)if aS then b='0*'..b end
end
if b and ak~=''then b=b..(af>0 and'@'..M(v,',',1,a)or ak)end
end
end
if not b then
aj=aj or bl(n,o,T,N,k,S)b=aj.m(q,z,ac,aQ and{an}or L)end
T[q+at]=b
end
h=h+ay
else
aj=aj or bl(n,o,T,N,k,S)h=h+1
local ad,ae=r(ARGV[be],'^a(%d*)(.*)$')if ad then
T[h+at]=aj.n(h,ad,ae)if ad~=''then h,at=h+1,at-1 end
else
T[h+at]=aj.o(h,r(ARGV[be],'^c(.*)$')or error('unknown operation'))end
end
end
return'r'..Z[1]..':'..Z[2]..' '..M(T,' ',1,h+at)
`
export const REDIS_SHA = '192687d319f2dad44c3ea539865c114d1ecce7cc'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = '1fd8cef2183a668ad48282faa243b004ed96d7cf'
