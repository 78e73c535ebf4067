// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local q,t,H,w,O=redis.call,string.match,string.gmatch,string.format,string.sub
local IN_PLACE=true
local C,aX,A,z,bN,S=t(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local ac=q('TIME')local T=ac[2]+0
local l=ac[1]*1000+(T-T%1000)/1000
if C then
local o,u,a,j,d=KEYS[1],S+0,nil,nil,nil
local i=redis.pcall('GET',o)A=A+0
local p=aX=='e'and l-l%A+A or l+A
if i and#i>0 then
j,d=t(i,'^1;'..C..'=(%d+) (%d+)$')if j and#j==13 and#d<16 then
local K,r=j+0,d+u
if K==p or aX=='f'and K>l and K<p then
if r>z+0 or u==0 then
if(1+T)%64>0 then a=r>z+0 and'0*'..d or d end
else
a=w('%d',r)if IN_PLACE and#a==#d and r%(64*u)>=u then
q('SETRANGE',o,bN,a)else
q('SET',o,'1;'..C..'='..j..' '..a,'PXAT',j)end
end
end
end
elseif not i and u<=z+0 and p<1e13 then
j,a=w('%d',p),S
if#j<13 and p>=1e12 then error('this server formats numbers in 32 bits')end
if u>0 then q('SET',o,'1;'..C..'='..j..' '..S,'PXAT',j)end
end
if a then
if aX=='f'then a=a..'@'..j end
return'r'..ac[1]..':'..ac[2]..' '..a
end
ARGV[1]='t1 1 '..S..';'..C..' '..z
end
local aY,bO,al,k,aZ=t(ARGV[1],'^h(%d+) (%d+) (%d+) (%d+) ()')if aY then
local o,v,br,a=KEYS[1],k+0,l-aY,nil
local I,aN=O(ARGV[1],aZ,aZ+v-1),O(ARGV[1],aZ+v)local bs=string.find(aN,'@',1,true)local i=redis.pcall('GET',o)if br>=0 and br<bO+0 and(not i or#i>0 and O(i,1,v)==I)then
local ba=i and O(i,v+1)or''local bP,B,W,ad,D,bt=H(ba,'%d+'),'','',true,false,false
for u,z in H(aN,'(%d+):(%d+)')do
local d=bP()or'0'local r=d+u
if r>z+0 then ad=false end
if not D and u~='0'then D,bt=true,r%(64*u)<u+0 end
if#d<16 then B=B..d..','end
W=W..w('%d,',r)end
B,W=O(B,1,-2),O(W,1,-2)if i and B~=ba then
elseif not ad or not D then
if not i or(1+T)%64>0 then a=ad and B or'0*'..B end
else
a=W
if IN_PLACE and#W==#ba and not bt then
q('SETRANGE',o,k,W)else
q('SET',o,I..W,'PXAT',w('%d',aY+al))end
end
end
if a then
if bs then a=a..O(aN,bs)end
return'r'..ac[1]..':'..ac[2]..' '..a
end
if ARGV[2]then
ARGV[1],ARGV[2]=ARGV[2],nil
else
local bQ,E,x=H(I,';[^=]+'),'',''for u,z in H(aN,'(%d+):(%d+)')do
E,x=E..u..',',x..bQ()..' '..z
end
ARGV[1]='t1 1 '..E..x
end
end
local bu,bb,L,y=string.find,string.rep,table.concat,KEYS
local Q=q('MGET',unpack(y))local M,am={},ARGV[1]=='again'local function bc(q,y,Q,M,l,T)local t,H,w,O,L=string.match,string.gmatch,string.format,string.sub,table.concat
local aE=9007199254740991
local ae,bR,bS,bT,bU='!1','!2','!3','!4','!5'local function bv(K)local m=w('%d',K)if#m<13 and K>=1e12 then error('this server formats numbers in 32 bits')end
return m
end
local function bw(h)local o=y[h]if Q[h]and not M[o]then return Q[h]end
local i=redis.pcall('GET',o)if type(i)~='table'then return i end
if t(i.err,'WRONGTYPE')then return nil,bR end
return q('GET',o)end
local bx={['']={k='',b=0,g={},a={},c={},l=true,e=0,m=''}}local function bV(m)local by=t(m,'^(%d+);')if by~='1'then return by and bS or ae end
local X,j,aF,b,v={0,0,0,0},{0,0,0,0},{},0,1
local bd,p,N=true,0,''for bz,C,e in H(m,';(([%w_~]+)=(%d+))')do
local K=e+0
if aF[C]or K>aE then return ae end
b,v=b+1,v+1+#bz
X[b],j[b],aF[C]=bz,K,b
bd=bd and K>l
if K>p then p,N=K,e end
end
if v~=#m then return ae end
return{k=m,b=b,g=X,a=j,c=aF,l=bd,e=p,m=N}end
local function be(h)local i,U=bw(h)if U then return nil,U end
local m,bA=t(i or' ','^(%S*) (.*)$')if not m or i and m==''then return nil,ae end
local f,s,b,v=bx[m],{0,0,0,0},0,0
if not f then
f=bV(m)bx[m]=f
end
if type(f)=='string'then return nil,f end
if not i then return f,s end
for F in H(bA,'[^,]+')do
b,v=b+1,v+1+#F
s[b]=F
end
if b~=f.b or v~=#bA+1 then return nil,ae end
return f,s
end
local function bf(m)local bB,J,P=m,0,''if not t(m,'^%d+$')then
bB,P=t(m,'^(%d+)(:.+)$')local aG
J,aG=t(P or'','^:(%d+)(.*)$')if not J or aG~=''and O(aG,1,1)~=':'then return end
end
local d=bB+0
J=J+0
if d<=aE and J<aE then return d,J,P end
end
local function bg(o,X,an,b,p,N,f,s,aa)for n=1,f.b do
if f.a[n]>l and not(aa and aa[n])then
b=b+1
X[b],an[b]=f.g[n],s[n]if f.a[n]>p then p,N=f.a[n],bv(f.a[n])end
end
end
if b>0 then
q('SET',o,'1;'..L(X,';',1,b)..' '..L(an,',',1,b),'PXAT',N)else
q('DEL',o)end
M[o]=true
end
local function bC(o,f,s)if not f.l then return bg(o,{0,0,0,0},{0,0,0,0},0,0,nil,f,s)end
q('SET',o,f.k..' '..L(s,',',1,f.b),'PXAT',f.m)M[o]=true
end
local bD={}local function bW(m)local x={}for C,Y,A,z,P in H(m,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local e,p
if A==''then
local bh,bi=t(P,'(%d+) (.*)')p,Y=l+bh,''for as in H(bi,'%d+')do
as=as+0
if not e and as>l then e=as end
end
else
A=A+0
e=Y=='e'and l-l%A+A or math.min(l+A,aE)p=e
end
x[#x+1]={h=C,s=z+0,t=Y=='e',a=e,u=bv(e),e=p}end
return x
end
local function bE(h,ao)local x=bD[ao]or bW(ao)bD[ao]=x
local f,s=be(h)if not f then return s end
local g={n=h,o=x,b=#x,v=f,w=s,i=false,p=false,f=true,d=true,c={0,0,0,0},j={0,0,0,0},q={0,0,0,0},r={0,0,0,0},a={0,0,0,0}}for c=1,#x do
local at=x[c]local k,d,J,P,j=f.c[at.h],0,0,'',at.u
if k and f.a[k]>l then
d,J,P=bf(s[k])if not d then return ae end
if f.a[k]>at.e then
g.p,g.f=true,false
else
j=O(f.g[k],#at.h+2)g.d=g.d and f.a[k]==at.a
end
else
k,g.f=false,false
end
g.c[c],g.j[c],g.q[c],g.r[c],g.a[c]=k,d,J,P,j
g.d=g.d and at.t
end
return nil,g
end
local function bF(g,G,E)local b,u,x,ap,D,an=g.b,g.j,g.o,G,false,{0,0,0,0}for c=1,b do
local S,aO=E[c],x[c].s-u[c]D=D or S>0
if aO<0 then
ap=0
elseif S>0 and ap*S>aO then
ap=(aO-math.fmod(aO,S))/S
end
end
g.i=g.i or D and ap>0
for c=1,b do
local J=g.q[c]u[c]=u[c]+ap*E[c]an[c]=w('%d',u[c])if J>0 then an[c]=an[c]..':'..w('%d',J)end
end
local a=L(an,',',1,b)if ap<G then a=w('%d',ap)..'*'..a end
if not g.d then a=a..'@'..L(g.a,',',1,b)end
return a
end
local function bG(g,F)local f,s,aF,bj,bk=g.v,g.w,g.c,g.i,g.p
local o=y[g.n]if not bj and not bk and f.b>0 and(g.n+T)%64<F then
local bH=q('PTTL',o)bk=bH==-1 or bH>f.e-l+1000
end
if not bj and not bk then return end
local X,bI,aH,aa,p,N={0,0,0,0},{0,0,0,0},0,{},0,nil
for c=1,g.b do
local k,j,m=aF[c],g.a[c],w('%d',g.j[c])..g.r[c]if k then
aa[k]=true
if g.f then s[k]=m end
end
if bj or k then
aH=aH+1
X[aH],bI[aH]=g.o[c].h..'='..j,m
if j+0>p then p,N=j+0,j end
end
end
if g.f then return bC(o,f,s)end
bg(o,X,bI,aH,p,N,f,s,aa)end
local function bX(h,ao,G,E)local U,g=bE(h,ao)if U then return U end
local a=bF(g,G,E)bG(g,1)return a
end
local function bY(h,ao,F,G,au)local U,g=bE(h,ao)if U then return U..string.rep(' '..U,F-1)end
local af,E,aP={},{0,0,0,0},H(au,'%d+')for n=1,F do
for c=1,g.b do E[c]=aP()+0 end
af[n]=bF(g,G,E)end
bG(g,F)return L(af,' ')end
local function bZ(h,ag,m)local aQ=ag~=''and y[h+1]if aQ then
local av,U=bw(h+1)if U then return U end
if av then
local ca,aw=t(av,'^1 (%d+) ([-%d:x,]+)$')if not aw then return ae end
if ca+0>l then return'='..aw end
end
end
local f,s=be(h)if not f then return s end
local a,ah,bJ='',false,false
for C,e,J,cb in H(m,';(%S+) (%d+) (%d+) (-?%d+)')do
local k,aw=f.c[C],'x'if k and f.a[k]>l and f.a[k]==e+0 then
local d,cc,P=bf(s[k])if not d then return ae end
if cc==J+0 then
local ax=cb+0
if ax<-d then ax=-d end
if ax>aE-d then return bT end
local W=w('%d',d+ax)s[k]=W..P
bJ,ah,aw=true,ah or ax~=0,w('%d',ax)..':'..W
end
end
a=a==''and aw or a..','..aw
end
if aQ and bJ then
if ag+0<=l then return bU end
q('SET',aQ,'1 '..ag..' '..a,'PXAT',ag)M[aQ]=true
end
if ah then bC(y[h],f,s)end
return a
end
local function cd(h,m)local f,s=be(h)if not f then
q('DEL',y[h])M[y[h]]=true
return'c'end
local ah,aa=false,{}for C in H(m,';([%w_~]+)')do
local k=f.c[C]if k then
ah,aa[k]=true,true
local d,J,P=bf(s[k])if d and not t(C,'^f%d')then
local aG=t(P,'^:%d+(.*)$')or''aa[k],s[k]=false,'0:'..w('%d',J+1)..aG
end
end
end
if ah then bg(y[h],{0,0,0,0},{0,0,0,0},0,0,nil,f,s,aa)end
return'c'end
return{x=bX,y=bY,z=bZ,A=cd}end
local Z,ay
local h,aq=0,0
local x,b,az,I,v,k,N,ai='',0,false,'',0,'','',''local z,p,aA,aB,aj=0,0,true,false,''local ar,aI,aJ,j,ab,aK,aL=0,0,0,0,0,'','%d'local E,u,aR=nil,nil,nil
for bl=am and 2 or 1,#ARGV do
local bm,F,G,au,m=t(ARGV[bl],'^([tvs])(%d+) (%d+) ([%d, ]+)(.*)$')if bm then
if m~=''and m~=x then
if b>0 then
ay=ay or{}ay[x]={b,az,I,v,k,N,ai,z,p,aA,aB,aj,ar,aI,aJ,j,ab,aK,aL}end
x=m
if ay and ay[x]then
b,az,I,v,k,N,ai,z,p,aA,aB,aj,ar,aI,aJ,j,ab,aK,aL=unpack(ay[x])else
local al,bn=0,true
b,az,I=0,false,'1'for C,Y,A,bK,P in H(m,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local e,aS
if A==''then
local av
local bh,bi=t(P,'(%d+) (.*)')for as in H(bi,'%d+')do
e=as+0
av=av or e
if e>l then break end
end
if av>l or e<=l then az=true end
Y,aS='c',l+bh
else
A=A+0
e=l-l%A+A
if Y=='f'then e=l+A<9007199254740991 and l+A or 9007199254740991 end
aS=e
end
local aM=w('%d',e)if#aM<13 and e>=1e12 then error('this server formats numbers in 32 bits')end
if e>al then al,N=e,aM end
I=I..';'..C..'='..aM
bn=bn and Y=='e'b=b+1
if b==1 then
z,p,aA,aB=bK+0,aS,Y=='e',Y=='f'ab,j=C,aM
else
if b==2 then
if not E then E,u,aR={0,0,0,0},{0,0,0,0},{0,0,0,0}end
ar,aI,aJ={z,0,0,0},{p,0,0,0},{aA,0,0,0}j,ab={j,0,0,0},{ab,0,0,0}end
ar[b],aI[b],aJ[b],j[b],ab[b]=bK+0,aS,Y=='e',aM,C
end
end
I=I..' 'v=#I
k=w('%d',v)ai=bn and''or'@'..(b==1 and j or L(j,',',1,b))aj=aB and b==1 and'^1;'..ab..'=(%d+) (%d+)$'if b>1 then aK,aL='^(%d+)'..bb(',(%d+)',b-1)..'$','%d'..bb(',%d',b-1)end
end
end
if bm=='s'then
h,F,G=h+1,F+0,G+0
local o,i,a=y[h],Q[h],az and'o'..bb(' o',F-1)if am and M[o]then i=q('GET',o)end
local d,e
if a or not i or b>1 then
elseif aB then
e,d=t(i,aj)if d and(e+0<=l or e+0>p or#e~=13)then d=nil end
elseif bu(i,I,1,true)==1 then
d=t(i,'^%d+$',v+1)end
if d and#d<16 then
local af,bo,r,n={},aA and''or e and'@'..e or ai,d+0,0
for S in H(au,'%d+')do
local R,aC=S+0,r
n=n+1
if R>0 and aC+R*G<=z then
r=aC+R*G
af[n]=w('%d',r)..bo
elseif R==0 and aC<=z then
af[n]=w('%d',aC)..bo
elseif aC+R>z then
af[n]='0*'..w('%d',aC)..bo
else
r=nil
break
end
end
if r and r>d+0 then
q('SET',o,O(i,1,v)..w('%d',r),'PXAT',e or N)if am then M[o]=true end
a=L(af,' ')elseif r and(h+T)%64>=F then
a=L(af,' ')end
end
if not a then
Z=Z or bc(q,y,Q,M,l,T)a=Z.y(h,x,F,G,au)end
Q[h+aq]=a
F=0
end
local aT,aU,D,ad,aD=bm=='v',b==1,nil,true,nil
local R,V,aV,bp,aP=0,0,0,1,(aT or b>1)and H(au,'%d+')G=G+0
for n=h+1,h+F do
if aU then
if aT or D==nil then
R=(aT and aP()or au)+0
V=R*G
D,ad,aV,aD=V>0,V<=z,64*V,nil
end
elseif aT or D==nil then
D,ad,aD=false,true,nil
for c=1,b do
R=aP()+0
V=R*G
E[c],u[c]=R,V
if V>ar[c]then ad=false end
if V>0 and not D then D,aV,bp=true,64*V,c end
end
end
local i,a=Q[n],nil
if am and M[y[n]]then i=q('GET',y[n])end
if az then
a='o'elseif not i then
if ad and D then
if not aD then aD=aU and w('%d',V)or w(aL,unpack(u,1,b))end
if q('SET',y[n],I..aD,'PXAT',N,'NX')then
a=aD..ai
if am then M[y[n]]=true end
end
end
elseif aU then
local d,e
if not aB then
if bu(i,I,1,true)==1 then d=t(i,'^%d+$',v+1)end
else
e,d=t(i,aj)if d and(e+0<=l or e+0>p or#e~=13)then d=nil end
end
if d and#d<16 then
local r=d+V
if r>z or not D then
if(n+T)%64>0 then
if r<=z then a=d elseif d+R>z then a='0*'..d end
end
else
a=w('%d',r)if IN_PLACE and#a==#d and r%aV>=V then
q('SETRANGE',y[n],k,a)else
q('SET',y[n],O(i,1,v)..a,'PXAT',e or N)end
if am then M[y[n]]=true end
end
if a and not aA then a=a..(e and'@'..e or ai)end
end
elseif b<=16 then
local B,ak,bq,aW=nil,0,true,false
local bL=not IN_PLACE
if O(i,1,v)==I then
B={t(i,aK,v+1)}else
aj=aj or'^1;'..L(ab,'=(%d+);',1,b)..'=(%d+) '..O(aK,2)B,ak={t(i,aj)},b
end
for c=1,b do
local d,e=B[ak+c],ak>0 and B[c]or j[c]if not d or#d>15 then
B=false
break
end
if e~=j[c]then
local K=e+0
if K<=l then
B[c],B[ak+c],d,bL=j[c],'0','0',true
elseif K>aI[c]or aJ[c]or#e~=#j[c]then
B=false
break
end
end
local r=d+u[c]aR[c]=r
if r>ar[c]then bq,aW=false,aW or d+E[c]>ar[c]end
end
if B then
if bq and D then
a=w(aL,unpack(aR,1,b))if bL or aR[bp]%aV<u[bp]or#a~=#i-v then
local X,al,bM={},0,nil
for c=1,b do
local e=ak>0 and B[c]or j[c]X[c]=ab[c]..'='..e
if e+0>al then al,bM=e+0,e end
end
q('SET',y[n],'1;'..L(X,';')..' '..a,'PXAT',bM)else
q('SETRANGE',y[n],k,a)end
if am then M[y[n]]=true end
elseif(n+T)%64>0 and(bq or aW)then
a=L(B,',',ak+1,ak+b)if aW then a='0*'..a end
end
if a and ai~=''then a=a..(ak>0 and'@'..L(B,',',1,b)or ai)end
end
end
if not a then
Z=Z or bc(q,y,Q,M,l,T)a=Z.x(n,x,G,aU and{R}or E)end
Q[n+aq]=a
end
h=h+F
else
Z=Z or bc(q,y,Q,M,l,T)h=h+1
local ag,ah=t(ARGV[bl],'^a(%d*)(.*)$')if ag then
Q[h+aq]=Z.z(h,ag,ah)if ag~=''then h,aq=h+1,aq-1 end
else
Q[h+aq]=Z.A(h,t(ARGV[bl],'^c(.*)$')or error('unknown operation'))end
end
end
return'r'..ac[1]..':'..ac[2]..' '..L(Q,' ',1,h+aq)
`
export const REDIS_SHA = '51b90405a8b9d4c1b5972394e12bfd828b89825e'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = '74006349a652a1af4a37ba62d25d6dd3b905ca87'
