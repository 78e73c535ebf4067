// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local n,r,G,A,J=redis.call,string.match,string.gmatch,string.format,string.sub
local IN_PLACE=true
local w,aU,t,x,bG,R=r(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local Z=n('TIME')local S=Z[2]+0
local k=Z[1]*1000+(S-S%1000)/1000
if w then
local u,y,a,g,d=KEYS[1],R+0,nil,nil,nil
local j=redis.pcall('GET',u)t=t+0
local m=aU=='e'and k-k%t+t or k+t
if j and#j>0 then
g,d=r(j,'^1;'..w..'=(%d+) (%d+)$')if g and#g==13 and#d<16 then
local E,C=g+0,d+y
if E==m or aU=='f'and E>k and E<m then
if C>x+0 or y==0 then
if(1+S)%64>0 then a=C>x+0 and'0*'..d or d end
else
a=A('%d',C)if IN_PLACE and#a==#d and C%(64*y)>=y then
n('SETRANGE',u,bG,a)else
n('SET',u,'1;'..w..'='..g..' '..a,'PXAT',g)end
end
end
end
elseif not j and y<=x+0 and m<1e13 then
g,a=A('%d',m),R
if#g<13 and m>=1e12 then error('this server formats numbers in 32 bits')end
if y>0 then n('SET',u,'1;'..w..'='..g..' '..R,'PXAT',g)end
end
if a then
if aU=='f'then a=a..'@'..g end
return'r'..Z[1]..':'..Z[2]..' '..a
end
ARGV[1]='t1 1 '..R..';'..w..' '..x
end
local aV,bH,ag,l,aW=r(ARGV[1],'^h(%d+) (%d+) (%d+) (%d+) ()')if aV then
local u,s,bi,a=KEYS[1],l+0,k-aV,nil
local F,aK=J(ARGV[1],aW,aW+s-1),J(ARGV[1],aW+s)local bj=string.find(aK,'@',1,true)local j=redis.pcall('GET',u)if bi>=0 and bi<bH+0 and(not j or#j>0 and J(j,1,s)==F)then
local aX=j and J(j,s+1)or''local bI,v,P,K,B,bk=G(aX,'%d+'),'','',true,false,false
for y,x in G(aK,'(%d+):(%d+)')do
local d=bI()or'0'local C=d+y
if C>x+0 then K=false end
if not B and y~='0'then B,bk=true,C%(64*y)<y+0 end
if#d<16 then v=v..d..','end
P=P..A('%d,',C)end
v,P=J(v,1,-2),J(P,1,-2)if j and v~=aX then
elseif not K or not B then
if not j or(1+S)%64>0 then a=K and v or'0*'..v end
else
a=P
if IN_PLACE and#P==#aX and not bk then
n('SETRANGE',u,l,P)else
n('SET',u,F..P,'PXAT',A('%d',aV+ag))end
end
end
if a then
if bj then a=a..J(aK,bj)end
return'r'..Z[1]..':'..Z[2]..' '..a
end
if ARGV[2]then
ARGV[1],ARGV[2]=ARGV[2],nil
else
local bJ,L,z=G(F,';[^=]+'),'',''for y,x in G(aK,'(%d+):(%d+)')do
L,z=L..y..',',z..bJ()..' '..x
end
ARGV[1]='t1 1 '..L..z
end
end
local bK,bl,M,o=string.find,string.rep,table.concat,KEYS
local T=n('MGET',unpack(o))local N,av={},ARGV[1]=='again'local function bm(n,o,T,N,k,S)local r,G,A,J,M=string.match,string.gmatch,string.format,string.sub,table.concat
local aw=9007199254740991
local aa,bL,bM,bN,bO='!1','!2','!3','!4','!5'local function bn(E)local i=A('%d',E)if#i<13 and E>=1e12 then error('this server formats numbers in 32 bits')end
return i
end
local function bo(h)local u=o[h]if T[h]and not N[u]then return T[h]end
local j=redis.pcall('GET',u)if type(j)~='table'then return j end
if r(j.err,'WRONGTYPE')then return nil,bL end
return n('GET',u)end
local bp={['']={g='',b=0,e={},a={},c={},h=true,d=0,i=''}}local function bP(i)local bq=r(i,'^(%d+);')if bq~='1'then return bq and bM or aa end
local Q,g,V,b,s={0,0,0,0},{0,0,0,0},{},0,1
local aY,m,H=true,0,''for br,w,f in G(i,';(([%w_~]+)=(%d+))')do
local E=f+0
if V[w]or E>aw then return aa end
b,s=b+1,s+1+#br
Q[b],g[b],V[w]=br,E,b
aY=aY and E>k
if E>m then m,H=E,f end
end
if s~=#i then return aa end
return{g=i,b=b,e=Q,a=g,c=V,h=aY,d=m,i=H}end
local function aZ(h)local j,ax=bo(h)if ax then return nil,ax end
local i,bs=r(j or' ','^(%S*) (.*)$')if not i or j and i==''then return nil,aa end
local e,p,b,s=bp[i],{0,0,0,0},0,0
if not e then
e=bP(i)bp[i]=e
end
if type(e)=='string'then return nil,e end
if not j then return e,p end
for ay in G(bs,'[^,]+')do
b,s=b+1,s+1+#ay
p[b]=ay
end
if b~=e.b or s~=#bs+1 then return nil,aa end
return e,p
end
local function ba(i)local bt,D,I=i,0,''if not r(i,'^%d+$')then
bt,I=r(i,'^(%d+)(:.+)$')local az
D,az=r(I or'','^:(%d+)(.*)$')if not D or az~=''and J(az,1,1)~=':'then return end
end
local d=bt+0
D=D+0
if d<=aw and D<aw then return d,D,I end
end
local function bb(u,Q,ab,b,m,H,e,p,W)for q=1,e.b do
if e.a[q]>k and not(W and W[q])then
b=b+1
Q[b],ab[b]=e.e[q],p[q]if e.a[q]>m then m,H=e.a[q],bn(e.a[q])end
end
end
if b>0 then
n('SET',u,'1;'..M(Q,';',1,b)..' '..M(ab,',',1,b),'PXAT',H)else
n('DEL',u)end
N[u]=true
end
local function bu(u,e,p)if not e.h then return bb(u,{0,0,0,0},{0,0,0,0},0,0,nil,e,p)end
n('SET',u,e.g..' '..M(p,',',1,e.b),'PXAT',e.i)N[u]=true
end
local bv={}local function bQ(i)local z={}for w,U,t,x,I in G(i,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local f,m
if t==''then
local bc,bd=r(I,'(%d+) (.*)')m,U=k+bc,''for ao in G(bd,'%d+')do
ao=ao+0
if not f and ao>k then f=ao end
end
else
t=t+0
f=U=='e'and k-k%t+t or math.min(k+t,aw)m=f
end
z[#z+1]={f=w,j=x+0,k=U=='e',a=f,l=bn(f),d=m}end
return z
end
local function bR(h,be,ac,L)local z=bv[be]or bQ(be)bv[be]=z
local e,p=aZ(h)if not e then return p end
local ah,B,aA,K,X,b=ac,false,false,true,true,#z
local V,ab,a,g,bw={0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0}for c=1,b do
local ai,R=z[c],L[c]local l,d,D,I=e.c[ai.f],0,0,''g[c]=ai.l
if l and e.a[l]>k then
d,D,I=ba(p[l])if not d then return aa end
if e.a[l]>ai.d then
aA,K=true,false
else
g[c]=J(e.e[l],#ai.f+2)X=X and e.a[l]==ai.a
end
else
l,K=false,false
end
V[c],ab[c],bw[c],a[c]=l,d,I,D
X=X and ai.k
local aL=ai.j-d
B=B or R>0
if aL<0 then
ah=0
elseif R>0 and ah*R>aL then
ah=(aL-math.fmod(aL,R))/R
end
end
local aM=B and ah>0
for c=1,b do
local i,D=A('%d',ab[c]+ah*L[c]),a[c]ab[c]=i..bw[c]a[c]=D>0 and i..':'..A('%d',D)or i
end
if not aM and not aA and e.b>0 and(h+S)%64==0 then
local bx=n('PTTL',o[h])aA=bx==-1 or bx>e.d-k+1000
end
a=M(a,',',1,b)if ah<ac then a=A('%d',ah)..'*'..a end
if not X then a=a..'@'..M(g,',',1,b)end
if(aM or aA)and K then
for c=1,b do p[V[c]]=ab[c]end
bu(o[h],e,p)elseif aM or aA then
local Q,by,aB,W,m,H={0,0,0,0},{0,0,0,0},0,{},0,nil
for c=1,b do
if V[c]then W[V[c]]=true end
if aM or V[c]then
aB=aB+1
Q[aB],by[aB]=z[c].f..'='..g[c],ab[c]if g[c]+0>m then m,H=g[c]+0,g[c]end
end
end
bb(o[h],Q,by,aB,m,H,e,p,W)end
return a
end
local function bS(h,ad,i)local aN=ad~=''and o[h+1]if aN then
local ap,ax=bo(h+1)if ax then return ax end
if ap then
local bT,aq=r(ap,'^1 (%d+) ([-%d:x,]+)$')if not aq then return aa end
if bT+0>k then return'='..aq end
end
end
local e,p=aZ(h)if not e then return p end
local a,ae,bz='',false,false
for w,f,D,bU in G(i,';(%S+) (%d+) (%d+) (-?%d+)')do
local l,aq=e.c[w],'x'if l and e.a[l]>k and e.a[l]==f+0 then
local d,bV,I=ba(p[l])if not d then return aa end
if bV==D+0 then
local ar=bU+0
if ar<-d then ar=-d end
if ar>aw-d then return bN end
local P=A('%d',d+ar)p[l]=P..I
bz,ae,aq=true,ae or ar~=0,A('%d',ar)..':'..P
end
end
a=a==''and aq or a..','..aq
end
if aN and bz then
if ad+0<=k then return bO end
n('SET',aN,'1 '..ad..' '..a,'PXAT',ad)N[aN]=true
end
if ae then bu(o[h],e,p)end
return a
end
local function bW(h,i)local e,p=aZ(h)if not e then
n('DEL',o[h])N[o[h]]=true
return'c'end
local ae,W=false,{}for w in G(i,';([%w_~]+)')do
local l=e.c[w]if l then
ae,W[l]=true,true
local d,D,I=ba(p[l])if d and not r(w,'^f%d')then
local az=r(I,'^:%d+(.*)$')or''W[l],p[l]=false,'0:'..A('%d',D+1)..az
end
end
end
if ae then bb(o[h],{0,0,0,0},{0,0,0,0},0,0,nil,e,p,W)end
return'c'end
return{m=bR,n=bS,o=bW}end
local aj,as
local h,at=0,0
local z,b,aC,F,s,l,H,ak='',0,false,'',0,'','',''local x,m,aD,aE,al=0,0,true,false,''local am,aF,aG,g,Y,aH,aI=0,0,0,0,0,'','%d'local L,y,aO=nil,nil,nil
for bf=av and 2 or 1,#ARGV do
local bA,ay,ac,bB,i=r(ARGV[bf],'^([tv])(%d+) (%d+) ([%d, ]+)(.*)$')if bA then
if i~=''and i~=z then
if b>0 then
as=as or{}as[z]={b,aC,F,s,l,H,ak,x,m,aD,aE,al,am,aF,aG,g,Y,aH,aI}end
z=i
if as and as[z]then
b,aC,F,s,l,H,ak,x,m,aD,aE,al,am,aF,aG,g,Y,aH,aI=unpack(as[z])else
local ag,X=0,true
b,aC,F=0,false,'1'for w,U,t,bC,I in G(i,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local f,aP
if t==''then
local ap
local bc,bd=r(I,'(%d+) (.*)')for ao in G(bd,'%d+')do
f=ao+0
ap=ap or f
if f>k then break end
end
if ap>k or f<=k then aC=true end
U,aP='c',k+bc
else
t=t+0
f=k-k%t+t
if U=='f'then f=k+t<9007199254740991 and k+t or 9007199254740991 end
aP=f
end
local aJ=A('%d',f)if#aJ<13 and f>=1e12 then error('this server formats numbers in 32 bits')end
if f>ag then ag,H=f,aJ end
F=F..';'..w..'='..aJ
X=X and U=='e'b=b+1
if b==1 then
x,m,aD,aE=bC+0,aP,U=='e',U=='f'Y,g=w,aJ
else
if b==2 then
if not L then L,y,aO={0,0,0,0},{0,0,0,0},{0,0,0,0}end
am,aF,aG={x,0,0,0},{m,0,0,0},{aD,0,0,0}g,Y={g,0,0,0},{Y,0,0,0}end
am[b],aF[b],aG[b],g[b],Y[b]=bC+0,aP,U=='e',aJ,w
end
end
F=F..' 's=#F
l=A('%d',s)ak=X and''or'@'..(b==1 and g or M(g,',',1,b))al=aE and b==1 and'^1;'..Y..'=(%d+) (%d+)$'if b>1 then aH,aI='^(%d+)'..bl(',(%d+)',b-1)..'$','%d'..bl(',%d',b-1)end
end
end
local aQ,aR,B,K,au=bA=='v',b==1,nil,true,nil
local an,O,aS,bg,bD=0,0,0,1,(aQ or b>1)and G(bB,'%d+')ac=ac+0
for q=h+1,h+ay do
if aR then
if aQ or B==nil then
an=(aQ and bD()or bB)+0
O=an*ac
B,K,aS,au=O>0,O<=x,64*O,nil
end
elseif aQ or B==nil then
B,K,au=false,true,nil
for c=1,b do
an=bD()+0
O=an*ac
L[c],y[c]=an,O
if O>am[c]then K=false end
if O>0 and not B then B,aS,bg=true,64*O,c end
end
end
local j,a=T[q],nil
if av and N[o[q]]then j=n('GET',o[q])end
if aC then
a='o'elseif not j then
if K and B then
if not au then au=aR and A('%d',O)or A(aI,unpack(y,1,b))end
if n('SET',o[q],F..au,'PXAT',H,'NX')then
a=au..ak
if av then N[o[q]]=true end
end
end
elseif aR then
local d,f
if not aE then
if bK(j,F,1,true)==1 then d=r(j,'^%d+$',s+1)end
else
f,d=r(j,al)if d and(f+0<=k or f+0>m or#f~=13)then d=nil end
end
if d and#d<16 then
local C=d+O
if C>x or not B then
if(q+S)%64>0 then
if C<=x then a=d elseif d+an>x then a='0*'..d end
end
else
a=A('%d',C)if IN_PLACE and#a==#d and C%aS>=O then
n('SETRANGE',o[q],l,a)else
n('SET',o[q],J(j,1,s)..a,'PXAT',f or H)end
if av then N[o[q]]=true end
end
if a and not aD then a=a..(f and'@'..f or ak)end
end
elseif b<=16 then
local v,af,bh,aT=nil,0,true,false
local bE=not IN_PLACE
if J(j,1,s)==F then
v={r(j,aH,s+1)}else
al=al or'^1;'..M(Y,'=(%d+);',1,b)..'=(%d+) '..J(aH,2)v,af={r(j,al)},b
end
for c=1,b do
local d,f=v[af+c],af>0 and v[c]or g[c]if not d or#d>15 then
v=false
break
end
if f~=g[c]then
local E=f+0
if E<=k then
v[c],v[af+c],d,bE=g[c],'0','0',true
elseif E>aF[c]or aG[c]or#f~=#g[c]then
v=false
break
end
end
local C=d+y[c]aO[c]=C
if C>am[c]then bh,aT=false,aT or d+L[c]>am[c]end
end
if v then
if bh and B then
a=A(aI,unpack(aO,1,b))if bE or aO[bg]%aS<y[bg]or#a~=#j-s then
local Q,ag,bF={},0,nil
for c=1,b do
local f=af>0 and v[c]or g[c]Q[c]=Y[c]..'='..f
if f+0>ag then ag,bF=f+0,f end
end
n('SET',o[q],'1;'..M(Q,';')..' '..a,'PXAT',bF)else
n('SETRANGE',o[q],l,a)end
if av then N[o[q]]=true end
elseif(q+S)%64>0 and(bh or aT)then
a=M(v,',',af+1,af+b)if aT then a='0*'..a end
end
if a and ak~=''then a=a..(af>0 and'@'..M(v,',',1,b)or ak)end
end
end
if not a then
aj=aj or bm(n,o,T,N,k,S)a=aj.m(q,z,ac,aR and{an}or L)end
T[q+at]=a
end
h=h+ay
else
aj=aj or bm(n,o,T,N,k,S)h=h+1
local ad,ae=r(ARGV[bf],'^a(%d*)(.*)$')if ad then
T[h+at]=aj.n(h,ad,ae)if ad~=''then h,at=h+1,at-1 end
else
T[h+at]=aj.o(h,r(ARGV[bf],'^c(.*)$')or error('unknown operation'))end
end
end
return'r'..Z[1]..':'..Z[2]..' '..M(T,' ',1,h+at)
`
export const REDIS_SHA = '12f124626e9cd0573489d53c923814e767be3620'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = 'e296d8139ebc71cd982db32ae06b514e07e9ee24'
