// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local r,s,G,x,N=redis.call,string.match,string.gmatch,string.format,string.sub
local IN_PLACE=true
local C,aX,y,z,bP,X=s(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local ad=r('TIME')local R=ad[2]+0
local n=ad[1]*1000+(R-R%1000)/1000
if C then
local o,t,a,k,d=KEYS[1],X+0,nil,nil,nil
local j=redis.pcall('GET',o)y=y+0
local p=aX=='e'and n-n%y+y or n+y
if j and#j>0 then
k,d=s(j,'^1;'..C..'=(%d+) (%d+)$')if k and#k==13 and#d<16 then
local K,D=k+0,d+t
if K==p or aX=='f'and K>n and K<p then
if D>z+0 or t==0 then
if(1+R)%64>0 then a=D>z+0 and'0*'..d or d end
else
a=x('%d',D)if IN_PLACE and#a==#d and D%(64*t)>=t then
r('SETRANGE',o,bP,a)else
r('SET',o,'1;'..C..'='..k..' '..a,'PXAT',k)end
end
end
end
elseif not j and t<=z+0 and p<1e13 then
k,a=x('%d',p),X
if#k<13 and p>=1e12 then error('this server formats numbers in 32 bits')end
if t>0 then r('SET',o,'1;'..C..'='..k..' '..X,'PXAT',k)end
end
if a then
if aX=='f'then a=a..'@'..k end
return'r'..ad[1]..':'..ad[2]..' '..a
end
ARGV[1]='t1 1 '..X..';'..C..' '..z
end
local aY,bQ,ao,m,aZ=s(ARGV[1],'^h(%d+) (%d+) (%d+) (%d+) ()')if aY then
local o,u,br,a=KEYS[1],m+0,n-aY,nil
local H,aQ=N(ARGV[1],aZ,aZ+u-1),N(ARGV[1],aZ+u)local bs=string.find(aQ,'@',1,true)local j=redis.pcall('GET',o)if br>=0 and br<bQ+0 and(not j or#j>0 and N(j,1,u)==H)then
local ba=j and N(j,u+1)or''local bR,A,U,ae,B,bt=G(ba,'%d+'),'','',true,false,false
for t,z in G(aQ,'(%d+):(%d+)')do
local d=bR()or'0'local D=d+t
if D>z+0 then ae=false end
if not B and t~='0'then B,bt=true,D%(64*t)<t+0 end
if#d<16 then A=A..d..','end
U=U..x('%d,',D)end
A,U=N(A,1,-2),N(U,1,-2)if j and A~=ba then
elseif not ae or not B then
if not j or(1+R)%64>0 then a=ae and A or'0*'..A end
else
a=U
if IN_PLACE and#U==#ba and not bt then
r('SETRANGE',o,m,U)else
r('SET',o,H..U,'PXAT',x('%d',aY+ao))end
end
end
if a then
if bs then a=a..N(aQ,bs)end
return'r'..ad[1]..':'..ad[2]..' '..a
end
if ARGV[2]then
ARGV[1],ARGV[2]=ARGV[2],nil
else
local bS,F,v=G(H,';[^=]+'),'',''for t,z in G(aQ,'(%d+):(%d+)')do
F,v=F..t..',',v..bS()..' '..z
end
ARGV[1]='t1 1 '..F..v
end
end
local bu,bb,O,w=string.find,string.rep,table.concat,KEYS
local Q=r('MGET',unpack(w))local L,ap={},ARGV[1]=='again'local function bc(r,w,Q,L,n,R)local s,G,x,N,O=string.match,string.gmatch,string.format,string.sub,table.concat
local aH=9007199254740991
local af,bT,bU,bV,bW='!1','!2','!3','!4','!5'local function bv(K)local l=x('%d',K)if#l<13 and K>=1e12 then error('this server formats numbers in 32 bits')end
return l
end
local function bw(h)local o=w[h]if Q[h]and not L[o]then return Q[h]end
local j=redis.pcall('GET',o)if type(j)~='table'then return j end
if s(j.err,'WRONGTYPE')then return nil,bT end
return r('GET',o)end
local bx={['']={k='',b=0,g={},a={},c={},l=true,e=0,m=''}}local function bX(l)local by=s(l,'^(%d+);')if by~='1'then return by and bU or af end
local V,k,aI,b,u={0,0,0,0},{0,0,0,0},{},0,1
local bd,p,M=true,0,''for bz,C,e in G(l,';(([%w_~]+)=(%d+))')do
local K=e+0
if aI[C]or K>aH then return af end
b,u=b+1,u+1+#bz
V[b],k[b],aI[C]=bz,K,b
bd=bd and K>n
if K>p then p,M=K,e end
end
if u~=#l then return af end
return{k=l,b=b,g=V,a=k,c=aI,l=bd,e=p,m=M}end
local function be(h)local j,S=bw(h)if S then return nil,S end
local l,bA=s(j or' ','^(%S*) (.*)$')if not l or j and l==''then return nil,af end
local f,i,b,u=bx[l],{0,0,0,0},0,0
if not f then
f=bX(l)bx[l]=f
end
if type(f)=='string'then return nil,f end
if not j then return f,i end
for E in G(bA,'[^,]+')do
b,u=b+1,u+1+#E
i[b]=E
end
if b~=f.b or u~=#bA+1 then return nil,af end
return f,i
end
local function bf(l)local bB,I,P=l,0,''if not s(l,'^%d+$')then
bB,P=s(l,'^(%d+)(:.+)$')local aJ
I,aJ=s(P or'','^:(%d+)(.*)$')if not I or aJ~=''and N(aJ,1,1)~=':'then return end
end
local d=bB+0
I=I+0
if d<=aH and I<aH then return d,I,P end
end
local function bg(o,V,aq,b,p,M,f,i,aa)for q=1,f.b do
if f.a[q]>n and not(aa and aa[q])then
b=b+1
V[b],aq[b]=f.g[q],i[q]if f.a[q]>p then p,M=f.a[q],bv(f.a[q])end
end
end
if b>0 then
r('SET',o,'1;'..O(V,';',1,b)..' '..O(aq,',',1,b),'PXAT',M)else
r('DEL',o)end
L[o]=true
end
local function bC(o,f,i)if not f.l then return bg(o,{0,0,0,0},{0,0,0,0},0,0,nil,f,i)end
r('SET',o,f.k..' '..O(i,',',1,f.b),'PXAT',f.m)L[o]=true
end
local bD={}local function bY(l)local v={}for C,Y,y,z,P in G(l,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local e,p
if y==''then
local bh,bi=s(P,'(%d+) (.*)')p,Y=n+bh,''for aw in G(bi,'%d+')do
aw=aw+0
if not e and aw>n then e=aw end
end
else
y=y+0
e=Y=='e'and n-n%y+y or math.min(n+y,aH)p=e
end
v[#v+1]={h=C,s=z+0,t=Y=='e',a=e,u=bv(e),e=p}end
return v
end
local function bE(h,ar)local v=bD[ar]or bY(ar)bD[ar]=v
local f,i=be(h)if not f then return i end
local g={n=h,o=v,b=#v,v=f,w=i,i=false,p=false,f=true,d=true,c={0,0,0,0},j={0,0,0,0},q={0,0,0,0},r={0,0,0,0},a={0,0,0,0}}for c=1,#v do
local ax=v[c]local m,d,I,P,k=f.c[ax.h],0,0,'',ax.u
if m and f.a[m]>n then
d,I,P=bf(i[m])if not d then return af end
if f.a[m]>ax.e then
g.p,g.f=true,false
else
k=N(f.g[m],#ax.h+2)g.d=g.d and f.a[m]==ax.a
end
else
m,g.f=false,false
end
g.c[c],g.j[c],g.q[c],g.r[c],g.a[c]=m,d,I,P,k
g.d=g.d and ax.t
end
return nil,g
end
local function bF(g,J,F)local b,t,v,as,B,aq=g.b,g.j,g.o,J,false,{0,0,0,0}for c=1,b do
local X,aR=F[c],v[c].s-t[c]B=B or X>0
if aR<0 then
as=0
elseif X>0 and as*X>aR then
as=(aR-math.fmod(aR,X))/X
end
end
g.i=g.i or B and as>0
for c=1,b do
local I=g.q[c]t[c]=t[c]+as*F[c]aq[c]=x('%d',t[c])if I>0 then aq[c]=aq[c]..':'..x('%d',I)end
end
local a=O(aq,',',1,b)if as<J then a=x('%d',as)..'*'..a end
if not g.d then a=a..'@'..O(g.a,',',1,b)end
return a
end
local function bG(g,E)local f,i,aI,bj,bk=g.v,g.w,g.c,g.i,g.p
local o=w[g.n]if not bj and not bk and f.b>0 and(g.n+R)%64<E then
local bH=r('PTTL',o)bk=bH==-1 or bH>f.e-n+1000
end
if not bj and not bk then return end
local V,bI,aK,aa,p,M={0,0,0,0},{0,0,0,0},0,{},0,nil
for c=1,g.b do
local m,k,l=aI[c],g.a[c],x('%d',g.j[c])..g.r[c]if m then
aa[m]=true
if g.f then i[m]=l end
end
if bj or m then
aK=aK+1
V[aK],bI[aK]=g.o[c].h..'='..k,l
if k+0>p then p,M=k+0,k end
end
end
if g.f then return bC(o,f,i)end
bg(o,V,bI,aK,p,M,f,i,aa)end
local function bZ(h,ar,J,F)local S,g=bE(h,ar)if S then return S end
local a=bF(g,J,F)bG(g,1)return a
end
local function ca(h,ar,E,J,ay)local S,g=bE(h,ar)if S then return S..string.rep(' '..S,E-1)end
local aL,F,az={},{0,0,0,0},G(ay,'%d+')for q=1,E do
for c=1,g.b do F[c]=az()+0 end
aL[q]=bF(g,J,F)end
bG(g,E)return O(aL,' ')end
local function cb(h,ag,l)local aS=ag~=''and w[h+1]if aS then
local aA,S=bw(h+1)if S then return S end
if aA then
local cc,aB=s(aA,'^1 (%d+) ([-%d:x,]+)$')if not aB then return af end
if cc+0>n then return'='..aB end
end
end
local f,i=be(h)if not f then return i end
local a,ah,bJ='',false,false
for C,e,I,cd in G(l,';(%S+) (%d+) (%d+) (-?%d+)')do
local m,aB=f.c[C],'x'if m and f.a[m]>n and f.a[m]==e+0 then
local d,ce,P=bf(i[m])if not d then return af end
if ce==I+0 then
local aC=cd+0
if aC<-d then aC=-d end
if aC>aH-d then return bV end
local U=x('%d',d+aC)i[m]=U..P
bJ,ah,aB=true,ah or aC~=0,x('%d',aC)..':'..U
end
end
a=a==''and aB or a..','..aB
end
if aS and bJ then
if ag+0<=n then return bW end
r('SET',aS,'1 '..ag..' '..a,'PXAT',ag)L[aS]=true
end
if ah then bC(w[h],f,i)end
return a
end
local function cf(h,l)local f,i=be(h)if not f then
r('DEL',w[h])L[w[h]]=true
return'c'end
local ah,aa=false,{}for C in G(l,';([%w_~]+)')do
local m=f.c[C]if m then
ah,aa[m]=true,true
local d,I,P=bf(i[m])if d and not s(C,'^f%d')then
local aJ=s(P,'^:%d+(.*)$')or''aa[m],i[m]=false,'0:'..x('%d',I+1)..aJ
end
end
end
if ah then bg(w[h],{0,0,0,0},{0,0,0,0},0,0,nil,f,i,aa)end
return'c'end
return{x=bZ,y=ca,z=cb,A=cf}end
local Z,aD
local h,at=0,0
local v,b,aE,H,u,m,M,ai='',0,false,'',0,'','',''local z,p,aM,aF,aj=0,0,true,false,''local ak,aN,aO,k,ab,au,al=0,0,0,0,0,'','%d'local F,t,aT=nil,nil,nil
for bl=ap and 2 or 1,#ARGV do
local bm,E,J,ay,l=s(ARGV[bl],'^([tvs])(%d+) (%d+) ([%d, ]+)(.*)$')if bm then
if l~=''and l~=v then
if b>0 then
aD=aD or{}aD[v]={b,aE,H,u,m,M,ai,z,p,aM,aF,aj,ak,aN,aO,k,ab,au,al}end
v=l
if aD and aD[v]then
b,aE,H,u,m,M,ai,z,p,aM,aF,aj,ak,aN,aO,k,ab,au,al=unpack(aD[v])else
local ao,bn=0,true
b,aE,H=0,false,'1'for C,Y,y,bK,P in G(l,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local e,aU
if y==''then
local aA
local bh,bi=s(P,'(%d+) (.*)')for aw in G(bi,'%d+')do
e=aw+0
aA=aA or e
if e>n then break end
end
if aA>n or e<=n then aE=true end
Y,aU='c',n+bh
else
y=y+0
e=n-n%y+y
if Y=='f'then e=n+y<9007199254740991 and n+y or 9007199254740991 end
aU=e
end
local aP=x('%d',e)if#aP<13 and e>=1e12 then error('this server formats numbers in 32 bits')end
if e>ao then ao,M=e,aP end
H=H..';'..C..'='..aP
bn=bn and Y=='e'b=b+1
if b==1 then
z,p,aM,aF=bK+0,aU,Y=='e',Y=='f'ab,k=C,aP
else
if b==2 then
if not F then F,t,aT={0,0,0,0},{0,0,0,0},{0,0,0,0}end
ak,aN,aO={z,0,0,0},{p,0,0,0},{aM,0,0,0}k,ab={k,0,0,0},{ab,0,0,0}end
ak[b],aN[b],aO[b],k[b],ab[b]=bK+0,aU,Y=='e',aP,C
end
end
H=H..' 'u=#H
m=x('%d',u)ai=bn and''or'@'..(b==1 and k or O(k,',',1,b))aj=aF and b==1 and'^1;'..ab..'=(%d+) (%d+)$'au,al='^%d+$','%d'if b>1 then au,al='^(%d+)'..bb(',(%d+)',b-1)..'$','%d'..bb(',%d',b-1)end
end
end
if bm=='s'then
h,E,J=h+1,E+0,J+0
local o,j,a=w[h],Q[h],aE and'o'..bb(' o',E-1)if ap and L[o]then j=r('GET',o)end
local am,i,e,bo=b==1,nil,nil,false
if a or not j or b>16 then
elseif am and aF then
local d
e,d=s(j,aj)if d and e+0>n and e+0<=p and#e==13 then i={d}end
elseif bu(j,H,1,true)==1 then
i={s(j,au,u+1)}end
for c=1,b do
local d=i and i[c]if not d or#d>15 then
i=nil
break
end
i[c]=d+0
end
if i then
local aL,bp,bL,az={},{0,0,0,0},am and{z}or ak,G(ay,'%d+')local bM=e and'@'..e or ai
for q=1,E do
local av,ac,B=true,false,false
for c=1,b do
local W,d=az()+0,i[c]local D=d+W*J
bp[c]=D
if W>0 then B=true end
if D>bL[c]then av,ac=false,ac or d+W>bL[c]end
end
if av and B then
i,bp,bo=bp,i,true
elseif not av and not ac then
i=nil
break
end
local l=am and x('%d',i[1])or x(al,unpack(i,1,b))if ac then l='0*'..l end
aL[q]=bM==''and l or l..bM
end
if i and(bo or(h+R)%64>=E)then
a=O(aL,' ')if bo then
r('SET',o,N(j,1,u)..x(al,unpack(i,1,b)),'PXAT',e or M)if ap then L[o]=true end
end
end
end
if not a then
Z=Z or bc(r,w,Q,L,n,R)a=Z.y(h,v,E,J,ay)end
Q[h+at]=a
E=0
end
local aV,am,B,ae,aG=bm=='v',b==1,nil,true,nil
local W,T,aW,bq,az=0,0,0,1,(aV or b>1)and G(ay,'%d+')J=J+0
for q=h+1,h+E do
if am then
if aV or B==nil then
W=(aV and az()or ay)+0
T=W*J
B,ae,aW,aG=T>0,T<=z,64*T,nil
end
elseif aV or B==nil then
B,ae,aG=false,true,nil
for c=1,b do
W=az()+0
T=W*J
F[c],t[c]=W,T
if T>ak[c]then ae=false end
if T>0 and not B then B,aW,bq=true,64*T,c end
end
end
local j,a=Q[q],nil
if ap and L[w[q]]then j=r('GET',w[q])end
if aE then
a='o'elseif not j then
if ae and B then
if not aG then aG=am and x('%d',T)or x(al,unpack(t,1,b))end
if r('SET',w[q],H..aG,'PXAT',M,'NX')then
a=aG..ai
if ap then L[w[q]]=true end
end
end
elseif am then
local d,e
if not aF then
if bu(j,H,1,true)==1 then d=s(j,'^%d+$',u+1)end
else
e,d=s(j,aj)if d and(e+0<=n or e+0>p or#e~=13)then d=nil end
end
if d and#d<16 then
local D=d+T
if D>z or not B then
if(q+R)%64>0 then
if D<=z then a=d elseif d+W>z then a='0*'..d end
end
else
a=x('%d',D)if IN_PLACE and#a==#d and D%aW>=T then
r('SETRANGE',w[q],m,a)else
r('SET',w[q],N(j,1,u)..a,'PXAT',e or M)end
if ap then L[w[q]]=true end
end
if a and not aM then a=a..(e and'@'..e or ai)end
end
elseif b<=16 then
local A,an,av,ac=nil,0,true,false
local bN=not IN_PLACE
if N(j,1,u)==H then
A={s(j,au,u+1)}else
aj=aj or'^1;'..O(ab,'=(%d+);',1,b)..'=(%d+) '..N(au,2)A,an={s(j,aj)},b
end
for c=1,b do
local d,e=A[an+c],an>0 and A[c]or k[c]if not d or#d>15 then
A=false
break
end
if e~=k[c]then
local K=e+0
if K<=n then
A[c],A[an+c],d,bN=k[c],'0','0',true
elseif K>aN[c]or aO[c]or#e~=#k[c]then
A=false
break
end
end
local D=d+t[c]aT[c]=D
if D>ak[c]then av,ac=false,ac or d+F[c]>ak[c]end
end
if A then
if av and B then
a=x(al,unpack(aT,1,b))if bN or aT[bq]%aW<t[bq]or#a~=#j-u then
local V,ao,bO={},0,nil
for c=1,b do
local e=an>0 and A[c]or k[c]V[c]=ab[c]..'='..e
if e+0>ao then ao,bO=e+0,e end
end
r('SET',w[q],'1;'..O(V,';')..' '..a,'PXAT',bO)else
r('SETRANGE',w[q],m,a)end
if ap then L[w[q]]=true end
elseif(q+R)%64>0 and(av or ac)then
a=O(A,',',an+1,an+b)if ac then a='0*'..a end
end
if a and ai~=''then a=a..(an>0 and'@'..O(A,',',1,b)or ai)end
end
end
if not a then
Z=Z or bc(r,w,Q,L,n,R)a=Z.x(q,v,J,am and{W}or F)end
Q[q+at]=a
end
h=h+E
else
Z=Z or bc(r,w,Q,L,n,R)h=h+1
local ag,ah=s(ARGV[bl],'^a(%d*)(.*)$')if ag then
Q[h+at]=Z.z(h,ag,ah)if ag~=''then h,at=h+1,at-1 end
else
Q[h+at]=Z.A(h,s(ARGV[bl],'^c(.*)$')or error('unknown operation'))end
end
end
return'r'..ad[1]..':'..ad[2]..' '..O(Q,' ',1,h+at)
`
export const REDIS_SHA = '7740bc93c90cd53cde0cdea2a0d95e3531026311'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = '771b027aa4ad4add1d166465968c3e210b2047dc'
