// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local r,u,G,y,M=redis.call,string.match,string.gmatch,string.format,string.sub
local IN_PLACE=true
local B,aW,z,C,bK,W=u(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local ac=r('TIME')local S=ac[2]+0
local k=ac[1]*1000+(S-S%1000)/1000
if B then
local s,n,a,i,f=KEYS[1],W+0,nil,nil,nil
local l=redis.pcall('GET',s)z=z+0
local o=aW=='e'and k-k%z+z or k+z
if l and#l>0 then
i,f=u(l,'^1;'..B..'=(%d+) (%d+)$')if i and#i==13 and#f<16 then
local H,x=i+0,f+n
if H==o or aW=='f'and H>k and H<o then
if x>C+0 or n==0 then
if(1+S)%64>0 then a=x>C+0 and'0*'..f or f end
else
a=y('%d',x)if IN_PLACE and#a==#f and x%(64*n)>=n then
r('SETRANGE',s,bK,a)else
r('SET',s,'1;'..B..'='..i..' '..a,'PXAT',i)end
end
end
end
elseif not l and n<=C+0 and o<1e13 then
i,a=y('%d',o),W
if#i<13 and o>=1e12 then error('this server formats numbers in 32 bits')end
if n>0 then r('SET',s,'1;'..B..'='..i..' '..W,'PXAT',i)end
end
if a then
if aW=='f'then a=a..'@'..i end
return'r'..ac[1]..':'..ac[2]..' '..a
end
ARGV[1]='t1 1 '..W..';'..B..' '..C
end
local aX,bL,ai,j,aY=u(ARGV[1],'^h(%d+) (%d+) (%d+) (%d+) ()')if aX then
local s,v,bp,a=KEYS[1],j+0,k-aX,nil
local I,aN=M(ARGV[1],aY,aY+v-1),M(ARGV[1],aY+v)local bq=string.find(aN,'@',1,true)local l=redis.pcall('GET',s)if bp>=0 and bp<bL+0 and(not l or#l>0 and M(l,1,v)==I)then
local aZ=l and M(l,v+1)or''local bM,A,T,ad,E,br=G(aZ,'%d+'),'','',true,false,false
for n,C in G(aN,'(%d+):(%d+)')do
local f=bM()or'0'local x=f+n
if x>C+0 then ad=false end
if not E and n~='0'then E,br=true,x%(64*n)<n+0 end
if#f<16 then A=A..f..','end
T=T..y('%d,',x)end
A,T=M(A,1,-2),M(T,1,-2)if l and A~=aZ then
elseif not ad or not E then
if not l or(1+S)%64>0 then a=ad and A or'0*'..A end
else
a=T
if IN_PLACE and#T==#aZ and not br then
r('SETRANGE',s,j,T)else
r('SET',s,I..T,'PXAT',y('%d',aX+ai))end
end
end
if a then
if bq then a=a..M(aN,bq)end
return'r'..ac[1]..':'..ac[2]..' '..a
end
if ARGV[2]then
ARGV[1],ARGV[2]=ARGV[2],nil
else
local bN,D,t=G(I,';[^=]+'),'',''for n,C in G(aN,'(%d+):(%d+)')do
D,t=D..n..',',t..bN()..' '..C
end
ARGV[1]='t1 1 '..D..t
end
end
local bO,ba,N,w=string.find,string.rep,table.concat,KEYS
local P=r('MGET',unpack(w))local O,ay={},ARGV[1]=='again'local function bb(r,w,P,O,k,S)local u,G,y,M,N=string.match,string.gmatch,string.format,string.sub,table.concat
local az=9007199254740991
local ae,bP,bQ,bR,bS='!1','!2','!3','!4','!5'local function bs(H)local m=y('%d',H)if#m<13 and H>=1e12 then error('this server formats numbers in 32 bits')end
return m
end
local function bt(g)local s=w[g]if P[g]and not O[s]then return P[g]end
local l=redis.pcall('GET',s)if type(l)~='table'then return l end
if u(l.err,'WRONGTYPE')then return nil,bP end
return r('GET',s)end
local bu={['']={m='',b=0,i={},a={},c={},n=true,e=0,o=''}}local function bT(m)local bv=u(m,'^(%d+);')if bv~='1'then return bv and bQ or ae end
local U,i,aA,b,v={0,0,0,0},{0,0,0,0},{},0,1
local bc,o,J=true,0,''for bw,B,h in G(m,';(([%w_~]+)=(%d+))')do
local H=h+0
if aA[B]or H>az then return ae end
b,v=b+1,v+1+#bw
U[b],i[b],aA[B]=bw,H,b
bc=bc and H>k
if H>o then o,J=H,h end
end
if v~=#m then return ae end
return{m=m,b=b,i=U,a=i,c=aA,n=bc,e=o,o=J}end
local function bd(g)local l,Q=bt(g)if Q then return nil,Q end
local m,bx=u(l or' ','^(%S*) (.*)$')if not m or l and m==''then return nil,ae end
local e,q,b,v=bu[m],{0,0,0,0},0,0
if not e then
e=bT(m)bu[m]=e
end
if type(e)=='string'then return nil,e end
if not l then return e,q end
for V in G(bx,'[^,]+')do
b,v=b+1,v+1+#V
q[b]=V
end
if b~=e.b or v~=#bx+1 then return nil,ae end
return e,q
end
local function be(m)local by,F,K=m,0,''if not u(m,'^%d+$')then
by,K=u(m,'^(%d+)(:.+)$')local aB
F,aB=u(K or'','^:(%d+)(.*)$')if not F or aB~=''and M(aB,1,1)~=':'then return end
end
local f=by+0
F=F+0
if f<=az and F<az then return f,F,K end
end
local function bf(s,U,aj,b,o,J,e,q,Z)for p=1,e.b do
if e.a[p]>k and not(Z and Z[p])then
b=b+1
U[b],aj[b]=e.i[p],q[p]if e.a[p]>o then o,J=e.a[p],bs(e.a[p])end
end
end
if b>0 then
r('SET',s,'1;'..N(U,';',1,b)..' '..N(aj,',',1,b),'PXAT',J)else
r('DEL',s)end
O[s]=true
end
local function bz(s,e,q)if not e.n then return bf(s,{0,0,0,0},{0,0,0,0},0,0,nil,e,q)end
r('SET',s,e.m..' '..N(q,',',1,e.b),'PXAT',e.o)O[s]=true
end
local bA={}local function bU(m)local t={}for B,X,z,C,K in G(m,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local h,o
if z==''then
local bg,bh=u(K,'(%d+) (.*)')o,X=k+bg,''for aq in G(bh,'%d+')do
aq=aq+0
if not h and aq>k then h=aq end
end
else
z=z+0
h=X=='e'and k-k%z+z or math.min(k+z,az)o=h
end
t[#t+1]={j=B,p=C+0,t=X=='e',a=h,u=bs(h),e=o}end
return t
end
local function bB(g,ak)local t=bA[ak]or bU(ak)bA[ak]=t
local e,q=bd(g)if not e then return q end
local d={q=g,k=t,b=#t,v=e,w=q,f=false,r=false,g=true,d=true,c={0,0,0,0},h={0,0,0,0},l={0,0,0,0},s={0,0,0,0},a={0,0,0,0}}for c=1,#t do
local ar=t[c]local j,f,F,K,i=e.c[ar.j],0,0,'',ar.u
if j and e.a[j]>k then
f,F,K=be(q[j])if not f then return ae end
if e.a[j]>ar.e then
d.r,d.g=true,false
else
i=M(e.i[j],#ar.j+2)d.d=d.d and e.a[j]==ar.a
end
else
j,d.g=false,false
end
d.c[c],d.h[c],d.l[c],d.s[c],d.a[c]=j,f,F,K,i
d.d=d.d and ar.t
end
return nil,d
end
local function bC(d,L,D)local b,n,t,al,E,aj=d.b,d.h,d.k,L,false,{0,0,0,0}for c=1,b do
local W,aO=D[c],t[c].p-n[c]E=E or W>0
if aO<0 then
al=0
elseif W>0 and al*W>aO then
al=(aO-math.fmod(aO,W))/W
end
end
d.f=d.f or E and al>0
for c=1,b do
local F=d.l[c]n[c]=n[c]+al*D[c]aj[c]=y('%d',n[c])if F>0 then aj[c]=aj[c]..':'..y('%d',F)end
end
local a=N(aj,',',1,b)if al<L then a=y('%d',al)..'*'..a end
if not d.d then a=a..'@'..N(d.a,',',1,b)end
return a
end
local function bD(d)local e,q,aA,bi,bj=d.v,d.w,d.c,d.f,d.r
local s=w[d.q]if not bi and not bj and e.b>0 and(d.q+S)%64==0 then
local bE=r('PTTL',s)bj=bE==-1 or bE>e.e-k+1000
end
if not bi and not bj then return end
local U,bF,aC,Z,o,J={0,0,0,0},{0,0,0,0},0,{},0,nil
for c=1,d.b do
local j,i,m=aA[c],d.a[c],y('%d',d.h[c])..d.s[c]if j then
Z[j]=true
if d.g then q[j]=m end
end
if bi or j then
aC=aC+1
U[aC],bF[aC]=d.k[c].j..'='..i,m
if i+0>o then o,J=i+0,i end
end
end
if d.g then return bz(s,e,q)end
bf(s,U,bF,aC,o,J,e,q,Z)end
local function bV(g,ak,L,D)local Q,d=bB(g,ak)if Q then return Q end
local a=bC(d,L,D)bD(d)return a
end
local function bW(g,ak,V,L,aD)local Q,d=bB(g,ak)if Q then return Q..string.rep(' '..Q,V-1)end
local bk,D,aE,n={},{0,0,0,0},G(aD,'%d+'),d.h
local aF=d.b==1 and d.l[1]==0 and d.k[1].p or-1
local aa=d.d and''or'@'..d.a[1]for p=1,V do
D[1]=aE()+0
local x=n[1]+D[1]*L
if x<=aF and x>n[1]then
n[1],d.f,bk[p]=x,true,y('%d',x)..aa
else
for c=2,d.b do D[c]=aE()+0 end
bk[p]=bC(d,L,D)end
end
bD(d)return N(bk,' ')end
local function bX(g,af,m)local aP=af~=''and w[g+1]if aP then
local as,Q=bt(g+1)if Q then return Q end
if as then
local bY,at=u(as,'^1 (%d+) ([-%d:x,]+)$')if not at then return ae end
if bY+0>k then return'='..at end
end
end
local e,q=bd(g)if not e then return q end
local a,ag,bG='',false,false
for B,h,F,bZ in G(m,';(%S+) (%d+) (%d+) (-?%d+)')do
local j,at=e.c[B],'x'if j and e.a[j]>k and e.a[j]==h+0 then
local f,ca,K=be(q[j])if not f then return ae end
if ca==F+0 then
local au=bZ+0
if au<-f then au=-f end
if au>az-f then return bR end
local T=y('%d',f+au)q[j]=T..K
bG,ag,at=true,ag or au~=0,y('%d',au)..':'..T
end
end
a=a==''and at or a..','..at
end
if aP and bG then
if af+0<=k then return bS end
r('SET',aP,'1 '..af..' '..a,'PXAT',af)O[aP]=true
end
if ag then bz(w[g],e,q)end
return a
end
local function cb(g,m)local e,q=bd(g)if not e then
r('DEL',w[g])O[w[g]]=true
return'c'end
local ag,Z=false,{}for B in G(m,';([%w_~]+)')do
local j=e.c[B]if j then
ag,Z[j]=true,true
local f,F,K=be(q[j])if f and not u(B,'^f%d')then
local aB=u(K,'^:%d+(.*)$')or''Z[j],q[j]=false,'0:'..y('%d',F+1)..aB
end
end
end
if ag then bf(w[g],{0,0,0,0},{0,0,0,0},0,0,nil,e,q,Z)end
return'c'end
return{x=bV,y=bW,z=bX,A=cb}end
local Y,av
local g,am=0,0
local t,b,aw,I,v,j,J,aa='',0,false,'',0,'','',''local C,o,aG,aH,an=0,0,true,false,''local ao,aI,aJ,i,ab,aK,aL=0,0,0,0,0,'','%d'local D,n,aQ=nil,nil,nil
for bl=ay and 2 or 1,#ARGV do
local bm,V,L,aD,m=u(ARGV[bl],'^([tvs])(%d+) (%d+) ([%d, ]+)(.*)$')if bm then
if m~=''and m~=t then
if b>0 then
av=av or{}av[t]={b,aw,I,v,j,J,aa,C,o,aG,aH,an,ao,aI,aJ,i,ab,aK,aL}end
t=m
if av and av[t]then
b,aw,I,v,j,J,aa,C,o,aG,aH,an,ao,aI,aJ,i,ab,aK,aL=unpack(av[t])else
local ai,bn=0,true
b,aw,I=0,false,'1'for B,X,z,bH,K in G(m,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local h,aR
if z==''then
local as
local bg,bh=u(K,'(%d+) (.*)')for aq in G(bh,'%d+')do
h=aq+0
as=as or h
if h>k then break end
end
if as>k or h<=k then aw=true end
X,aR='c',k+bg
else
z=z+0
h=k-k%z+z
if X=='f'then h=k+z<9007199254740991 and k+z or 9007199254740991 end
aR=h
end
local aM=y('%d',h)if#aM<13 and h>=1e12 then error('this server formats numbers in 32 bits')end
if h>ai then ai,J=h,aM end
I=I..';'..B..'='..aM
bn=bn and X=='e'b=b+1
if b==1 then
C,o,aG,aH=bH+0,aR,X=='e',X=='f'ab,i=B,aM
else
if b==2 then
if not D then D,n,aQ={0,0,0,0},{0,0,0,0},{0,0,0,0}end
ao,aI,aJ={C,0,0,0},{o,0,0,0},{aG,0,0,0}i,ab={i,0,0,0},{ab,0,0,0}end
ao[b],aI[b],aJ[b],i[b],ab[b]=bH+0,aR,X=='e',aM,B
end
end
I=I..' 'v=#I
j=y('%d',v)aa=bn and''or'@'..(b==1 and i or N(i,',',1,b))an=aH and b==1 and'^1;'..ab..'=(%d+) (%d+)$'if b>1 then aK,aL='^(%d+)'..ba(',(%d+)',b-1)..'$','%d'..ba(',%d',b-1)end
end
end
if bm=='s'then
Y=Y or bb(r,w,P,O,k,S)g=g+1
P[g+am]=aw and'o'..ba(' o',V-1)or Y.y(g,t,V+0,L+0,aD)V=0
end
local aS,aT,E,ad,ax=bm=='v',b==1,nil,true,nil
local ap,R,aU,bo,aE=0,0,0,1,(aS or b>1)and G(aD,'%d+')L=L+0
for p=g+1,g+V do
if aT then
if aS or E==nil then
ap=(aS and aE()or aD)+0
R=ap*L
E,ad,aU,ax=R>0,R<=C,64*R,nil
end
elseif aS or E==nil then
E,ad,ax=false,true,nil
for c=1,b do
ap=aE()+0
R=ap*L
D[c],n[c]=ap,R
if R>ao[c]then ad=false end
if R>0 and not E then E,aU,bo=true,64*R,c end
end
end
local l,a=P[p],nil
if ay and O[w[p]]then l=r('GET',w[p])end
if aw then
a='o'elseif not l then
if ad and E then
if not ax then ax=aT and y('%d',R)or y(aL,unpack(n,1,b))end
if r('SET',w[p],I..ax,'PXAT',J,'NX')then
a=ax..aa
if ay then O[w[p]]=true end
end
end
elseif aT then
local f,h
if not aH then
if bO(l,I,1,true)==1 then f=u(l,'^%d+$',v+1)end
else
h,f=u(l,an)if f and(h+0<=k or h+0>o or#h~=13)then f=nil end
end
if f and#f<16 then
local x=f+R
if x>C or not E then
if(p+S)%64>0 then
if x<=C then a=f elseif f+ap>C then a='0*'..f end
end
else
a=y('%d',x)if IN_PLACE and#a==#f and x%aU>=R then
r('SETRANGE',w[p],j,a)else
r('SET',w[p],M(l,1,v)..a,'PXAT',h or J)end
if ay then O[w[p]]=true end
end
if a and not aG then a=a..(h and'@'..h or aa)end
end
elseif b<=16 then
local A,ah,aF,aV=nil,0,true,false
local bI=not IN_PLACE
if M(l,1,v)==I then
A={u(l,aK,v+1)}else
an=an or'^1;'..N(ab,'=(%d+);',1,b)..'=(%d+) '..M(aK,2)A,ah={u(l,an)},b
end
for c=1,b do
local f,h=A[ah+c],ah>0 and A[c]or i[c]if not f or#f>15 then
A=false
break
end
if h~=i[c]then
local H=h+0
if H<=k then
A[c],A[ah+c],f,bI=i[c],'0','0',true
elseif H>aI[c]or aJ[c]or#h~=#i[c]then
A=false
break
end
end
local x=f+n[c]aQ[c]=x
if x>ao[c]then aF,aV=false,aV or f+D[c]>ao[c]end
end
if A then
if aF and E then
a=y(aL,unpack(aQ,1,b))if bI or aQ[bo]%aU<n[bo]or#a~=#l-v then
local U,ai,bJ={},0,nil
for c=1,b do
local h=ah>0 and A[c]or i[c]U[c]=ab[c]..'='..h
if h+0>ai then ai,bJ=h+0,h end
end
r('SET',w[p],'1;'..N(U,';')..' '..a,'PXAT',bJ)else
r('SETRANGE',w[p],j,a)end
if ay then O[w[p]]=true end
elseif(p+S)%64>0 and(aF or aV)then
a=N(A,',',ah+1,ah+b)if aV then a='0*'..a end
end
if a and aa~=''then a=a..(ah>0 and'@'..N(A,',',1,b)or aa)end
end
end
if not a then
Y=Y or bb(r,w,P,O,k,S)a=Y.x(p,t,L,aT and{ap}or D)end
P[p+am]=a
end
g=g+V
else
Y=Y or bb(r,w,P,O,k,S)g=g+1
local af,ag=u(ARGV[bl],'^a(%d*)(.*)$')if af then
P[g+am]=Y.z(g,af,ag)if af~=''then g,am=g+1,am-1 end
else
P[g+am]=Y.A(g,u(ARGV[bl],'^c(.*)$')or error('unknown operation'))end
end
end
return'r'..ac[1]..':'..ac[2]..' '..N(P,' ',1,g+am)
`
export const REDIS_SHA = '396fa70775b58ce3f2e617e9f2d738a4d2dfe02f'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = 'cb5af41892f5bcbfdcb1518be1008ba94d1955e1'
