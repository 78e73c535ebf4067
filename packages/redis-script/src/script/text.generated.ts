// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local p,s,D,u,J=redis.call,string.match,string.gmatch,string.format,string.sub
local IN_PLACE=true
local A,aY,v,w,bN,W=s(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local ae=p('TIME')local N=ae[2]+0
local l=ae[1]*1000+(N-N%1000)/1000
if A then
local q,B,a,k,d=KEYS[1],W+0,nil,nil,nil
local i=redis.pcall('GET',q)v=v+0
local o=aY=='e'and l-l%v+v or l+v
if i and#i>0 then
k,d=s(i,'^1;'..A..'=(%d+) (%d+)$')if k and#k==13 and#d<16 then
local G,C=k+0,d+B
if G==o or aY=='f'and G>l and G<o then
if C>w+0 or B==0 then
if(1+N)%64>0 then a=C>w+0 and'0*'..d or d end
else
a=u('%d',C)if IN_PLACE and#a==#d and C%(64*B)>=B then
p('SETRANGE',q,bN,a)else
p('SET',q,'1;'..A..'='..k..' '..a,'PXAT',k)end
end
end
end
elseif not i and B<=w+0 and o<1e13 then
k,a=u('%d',o),W
if#k<13 and o>=1e12 then error('this server formats numbers in 32 bits')end
if B>0 then p('SET',q,'1;'..A..'='..k..' '..W,'PXAT',k)end
end
if a then
if aY=='f'then a=a..'@'..k end
return'r'..ae[1]..':'..ae[2]..' '..a
end
ARGV[1]='t1 1 '..W..';'..A..' '..w
end
local aZ,bO,ap,m,ba=s(ARGV[1],'^h(%d+) (%d+) (%d+) (%d+) ()')if aZ then
local q,t,bq,a=KEYS[1],m+0,l-aZ,nil
local E,aP=J(ARGV[1],ba,ba+t-1),J(ARGV[1],ba+t)local br=string.find(aP,'@',1,true)local i=redis.pcall('GET',q)if bq>=0 and bq<bO+0 and(not i or#i>0 and J(i,1,t)==E)then
local bb=i and J(i,t+1)or''local bP,x,T,O,y,bs=D(bb,'%d+'),'','',true,false,false
for B,w in D(aP,'(%d+):(%d+)')do
local d=bP()or'0'local C=d+B
if C>w+0 then O=false end
if not y and B~='0'then y,bs=true,C%(64*B)<B+0 end
if#d<16 then x=x..d..','end
T=T..u('%d,',C)end
x,T=J(x,1,-2),J(T,1,-2)if i and x~=bb then
elseif not O or not y then
if not i or(1+N)%64>0 then a=O and x or'0*'..x end
else
a=T
if IN_PLACE and#T==#bb and not bs then
p('SETRANGE',q,m,T)else
p('SET',q,E..T,'PXAT',u('%d',aZ+ap))end
end
end
if a then
if br then a=a..J(aP,br)end
return'r'..ae[1]..':'..ae[2]..' '..a
end
if ARGV[2]then
ARGV[1],ARGV[2]=ARGV[2],nil
else
local bQ,P,z=D(E,';[^=]+'),'',''for B,w in D(aP,'(%d+):(%d+)')do
P,z=P..B..',',z..bQ()..' '..w
end
ARGV[1]='t1 1 '..P..z
end
end
local bt,bc,K,r=string.find,string.rep,table.concat,KEYS
local M=p('MGET',unpack(r))local H,aq={},ARGV[1]=='again'local function bd(p,r,M,H,l,N)local s,D,u,J,K=string.match,string.gmatch,string.format,string.sub,table.concat
local aF=9007199254740991
local af,bR,bS,bT,bU='!1','!2','!3','!4','!5'local function bu(G)local j=u('%d',G)if#j<13 and G>=1e12 then error('this server formats numbers in 32 bits')end
return j
end
local function bv(f)local q=r[f]if M[f]and not H[q]then return M[f]end
local i=redis.pcall('GET',q)if type(i)~='table'then return i end
if s(i.err,'WRONGTYPE')then return nil,bR end
return p('GET',q)end
local bw={['']={g='',b=0,e={},a={},c={},h=true,d=0,i=''}}local function bV(j)local bx=s(j,'^(%d+);')if bx~='1'then return bx and bS or af end
local U,k,Z,b,t={0,0,0,0},{0,0,0,0},{},0,1
local be,o,I=true,0,''for by,A,e in D(j,';(([%w_~]+)=(%d+))')do
local G=e+0
if Z[A]or G>aF then return af end
b,t=b+1,t+1+#by
U[b],k[b],Z[A]=by,G,b
be=be and G>l
if G>o then o,I=G,e end
end
if t~=#j then return af end
return{g=j,b=b,e=U,a=k,c=Z,h=be,d=o,i=I}end
local function bf(f)local i,aG=bv(f)if aG then return nil,aG end
local j,bz=s(i or' ','^(%S*) (.*)$')if not j or i and j==''then return nil,af end
local g,h,b,t=bw[j],{0,0,0,0},0,0
if not g then
g=bV(j)bw[j]=g
end
if type(g)=='string'then return nil,g end
if not i then return g,h end
for Q in D(bz,'[^,]+')do
b,t=b+1,t+1+#Q
h[b]=Q
end
if b~=g.b or t~=#bz+1 then return nil,af end
return g,h
end
local function bg(j)local bA,F,L=j,0,''if not s(j,'^%d+$')then
bA,L=s(j,'^(%d+)(:.+)$')local aH
F,aH=s(L or'','^:(%d+)(.*)$')if not F or aH~=''and J(aH,1,1)~=':'then return end
end
local d=bA+0
F=F+0
if d<=aF and F<aF then return d,F,L end
end
local function bh(q,U,ag,b,o,I,g,h,aa)for n=1,g.b do
if g.a[n]>l and not(aa and aa[n])then
b=b+1
U[b],ag[b]=g.e[n],h[n]if g.a[n]>o then o,I=g.a[n],bu(g.a[n])end
end
end
if b>0 then
p('SET',q,'1;'..K(U,';',1,b)..' '..K(ag,',',1,b),'PXAT',I)else
p('DEL',q)end
H[q]=true
end
local function bB(q,g,h)if not g.h then return bh(q,{0,0,0,0},{0,0,0,0},0,0,nil,g,h)end
p('SET',q,g.g..' '..K(h,',',1,g.b),'PXAT',g.i)H[q]=true
end
local bC={}local function bW(j)local z={}for A,X,v,w,L in D(j,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local e,o
if v==''then
local bi,bj=s(L,'(%d+) (.*)')o,X=l+bi,''for aw in D(bj,'%d+')do
aw=aw+0
if not e and aw>l then e=aw end
end
else
v=v+0
e=X=='e'and l-l%v+v or math.min(l+v,aF)o=e
end
z[#z+1]={f=A,k=w+0,l=X=='e',a=e,m=bu(e),d=o}end
return z
end
local function bX(f,bk,R,P,bY)local z=bC[bk]or bW(bk)bC[bk]=z
local g,h=bf(f)if not g then return h end
local ar,y,aI,O,ab,b=R,false,false,true,true,#z
local Z,ag,a,k,bD={0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0}for c=1,b do
local as,W=z[c],P[c]local m,d,F,L=g.c[as.f],0,0,''k[c]=as.m
if m and g.a[m]>l then
d,F,L=bg(h[m])if not d then return af end
if g.a[m]>as.d then
aI,O=true,false
else
k[c]=J(g.e[m],#as.f+2)ab=ab and g.a[m]==as.a
end
else
m,O=false,false
end
Z[c],ag[c],bD[c],a[c]=m,d,L,F
ab=ab and as.l
local aQ=as.k-d
y=y or W>0
if aQ<0 then
ar=0
elseif W>0 and ar*W>aQ then
ar=(aQ-math.fmod(aQ,W))/W
end
end
local aR=y and ar>0
for c=1,b do
local j,F=u('%d',ag[c]+ar*P[c]),a[c]ag[c]=j..bD[c]a[c]=F>0 and j..':'..u('%d',F)or j
end
if not aR and not aI and g.b>0 and(f-bY+N)%64==0 then
local bE=p('PTTL',r[f])aI=bE==-1 or bE>g.d-l+1000
end
a=K(a,',',1,b)if ar<R then a=u('%d',ar)..'*'..a end
if not ab then a=a..'@'..K(k,',',1,b)end
if(aR or aI)and O then
for c=1,b do h[Z[c]]=ag[c]end
bB(r[f],g,h)elseif aR or aI then
local U,bF,aJ,aa,o,I={0,0,0,0},{0,0,0,0},0,{},0,nil
for c=1,b do
if Z[c]then aa[Z[c]]=true end
if aR or Z[c]then
aJ=aJ+1
U[aJ],bF[aJ]=z[c].f..'='..k[c],ag[c]if k[c]+0>o then o,I=k[c]+0,k[c]end
end
end
bh(r[f],U,bF,aJ,o,I,g,h,aa)end
return a
end
local function bZ(f,ah,j)local aS=ah~=''and r[f+1]if aS then
local ax,aG=bv(f+1)if aG then return aG end
if ax then
local ca,ay=s(ax,'^1 (%d+) ([-%d:x,]+)$')if not ay then return af end
if ca+0>l then return'='..ay end
end
end
local g,h=bf(f)if not g then return h end
local a,ai,bG='',false,false
for A,e,F,cb in D(j,';(%S+) (%d+) (%d+) (-?%d+)')do
local m,ay=g.c[A],'x'if m and g.a[m]>l and g.a[m]==e+0 then
local d,cc,L=bg(h[m])if not d then return af end
if cc==F+0 then
local az=cb+0
if az<-d then az=-d end
if az>aF-d then return bT end
local T=u('%d',d+az)h[m]=T..L
bG,ai,ay=true,ai or az~=0,u('%d',az)..':'..T
end
end
a=a==''and ay or a..','..ay
end
if aS and bG then
if ah+0<=l then return bU end
p('SET',aS,'1 '..ah..' '..a,'PXAT',ah)H[aS]=true
end
if ai then bB(r[f],g,h)end
return a
end
local function cd(f,j)local g,h=bf(f)if not g then
p('DEL',r[f])H[r[f]]=true
return'c'end
local ai,aa=false,{}for A in D(j,';([%w_~]+)')do
local m=g.c[A]if m then
ai,aa[m]=true,true
local d,F,L=bg(h[m])if d and not s(A,'^f%d')then
local aH=s(L,'^:%d+(.*)$')or''aa[m],h[m]=false,'0:'..u('%d',F+1)..aH
end
end
end
if ai then bh(r[f],{0,0,0,0},{0,0,0,0},0,0,nil,g,h,aa)end
return'c'end
return{j=bX,n=bZ,o=cd}end
local Y,aA
local f,at=0,0
local z,b,aB,E,t,m,I,aj='',0,false,'',0,'','',''local w,o,aK,aC,ak=0,0,true,false,''local al,aL,aM,k,ac,au,am=0,0,0,0,0,'','%d'local P,B,aT=nil,nil,nil
for bl=aq and 2 or 1,#ARGV do
local bm,Q,R,aU,j=s(ARGV[bl],'^([tvs])(%d+) (%d+) ([%d, ]+)(.*)$')if bm then
if j~=''and j~=z then
if b>0 then
aA=aA or{}aA[z]={b,aB,E,t,m,I,aj,w,o,aK,aC,ak,al,aL,aM,k,ac,au,am}end
z=j
if aA and aA[z]then
b,aB,E,t,m,I,aj,w,o,aK,aC,ak,al,aL,aM,k,ac,au,am=unpack(aA[z])else
local ap,ab=0,true
b,aB,E=0,false,'1'for A,X,v,bH,L in D(j,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local e,aV
if v==''then
local ax
local bi,bj=s(L,'(%d+) (.*)')for aw in D(bj,'%d+')do
e=aw+0
ax=ax or e
if e>l then break end
end
if ax>l or e<=l then aB=true end
X,aV='c',l+bi
else
v=v+0
e=l-l%v+v
if X=='f'then e=l+v<9007199254740991 and l+v or 9007199254740991 end
aV=e
end
local aN=u('%d',e)if#aN<13 and e>=1e12 then error('this server formats numbers in 32 bits')end
if e>ap then ap,I=e,aN end
E=E..';'..A..'='..aN
ab=ab and X=='e'b=b+1
if b==1 then
w,o,aK,aC=bH+0,aV,X=='e',X=='f'ac,k=A,aN
else
if b==2 then
if not P then P,B,aT={0,0,0,0},{0,0,0,0},{0,0,0,0}end
al,aL,aM={w,0,0,0},{o,0,0,0},{aK,0,0,0}k,ac={k,0,0,0},{ac,0,0,0}end
al[b],aL[b],aM[b],k[b],ac[b]=bH+0,aV,X=='e',aN,A
end
end
E=E..' 't=#E
m=u('%d',t)aj=ab and''or'@'..(b==1 and k or K(k,',',1,b))ak=aC and b==1 and'^1;'..ac..'=(%d+) (%d+)$'au,am='^%d+$','%d'if b>1 then au,am='^(%d+)'..bc(',(%d+)',b-1)..'$','%d'..bc(',%d',b-1)end
end
end
if bm=='s'then
f,Q,R=f+1,Q+0,R+0
local q,i,a=r[f],M[f],aB and'o'..bc(' o',Q-1)if aq and H[q]then i=p('GET',q)end
local an,h,e,bn=b==1,nil,nil,false
if a or not i or b>16 then
elseif an and aC then
local d
e,d=s(i,ak)if d and e+0>l and e+0<=o and#e==13 then h={d}end
elseif bt(i,E,1,true)==1 then
h={s(i,au,t+1)}end
for c=1,b do
local d=h and h[c]if not d or#d>15 then
h=nil
break
end
h[c]=d+0
end
if h then
local aO,bo,bI,aD={},{0,0,0,0},an and{w}or al,D(aU,'%d+')local bJ=e and'@'..e or aj
for n=1,Q do
local av,ad,y=true,false,false
for c=1,b do
local V,d=aD()+0,h[c]local C=d+V*R
bo[c]=C
if V>0 then y=true end
if C>bI[c]then av,ad=false,ad or d+V>bI[c]end
end
if av and y then
h,bo,bn=bo,h,true
elseif not av and not ad then
h=nil
break
end
local j=an and u('%d',h[1])or u(am,unpack(h,1,b))if ad then j='0*'..j end
aO[n]=bJ==''and j or j..bJ
end
if h and(bn or(f+N)%64>=Q)then
a=K(aO,' ')if bn then
p('SET',q,J(i,1,t)..u(am,unpack(h,1,b)),'PXAT',e or I)if aq then H[q]=true end
end
end
end
if not a then
Y=Y or bd(p,r,M,H,l,N)local aO,bK,aD={},{0,0,0,0},D(aU,'%d+')for n=1,Q do
for c=1,b do bK[c]=aD()+0 end
aO[n]=Y.j(f,z,R,bK,n-1)end
a=K(aO,' ')end
M[f+at]=a
Q=0
end
local aW,an,y,O,aE=bm=='v',b==1,nil,true,nil
local V,S,aX,bp,aD=0,0,0,1,(aW or b>1)and D(aU,'%d+')R=R+0
for n=f+1,f+Q do
if an then
if aW or y==nil then
V=(aW and aD()or aU)+0
S=V*R
y,O,aX,aE=S>0,S<=w,64*S,nil
end
elseif aW or y==nil then
y,O,aE=false,true,nil
for c=1,b do
V=aD()+0
S=V*R
P[c],B[c]=V,S
if S>al[c]then O=false end
if S>0 and not y then y,aX,bp=true,64*S,c end
end
end
local i,a=M[n],nil
if aq and H[r[n]]then i=p('GET',r[n])end
if aB then
a='o'elseif not i then
if O and y then
if not aE then aE=an and u('%d',S)or u(am,unpack(B,1,b))end
if p('SET',r[n],E..aE,'PXAT',I,'NX')then
a=aE..aj
if aq then H[r[n]]=true end
end
end
elseif an then
local d,e
if not aC then
if bt(i,E,1,true)==1 then d=s(i,'^%d+$',t+1)end
else
e,d=s(i,ak)if d and(e+0<=l or e+0>o or#e~=13)then d=nil end
end
if d and#d<16 then
local C=d+S
if C>w or not y then
if(n+N)%64>0 then
if C<=w then a=d elseif d+V>w then a='0*'..d end
end
else
a=u('%d',C)if IN_PLACE and#a==#d and C%aX>=S then
p('SETRANGE',r[n],m,a)else
p('SET',r[n],J(i,1,t)..a,'PXAT',e or I)end
if aq then H[r[n]]=true end
end
if a and not aK then a=a..(e and'@'..e or aj)end
end
elseif b<=16 then
local x,ao,av,ad=nil,0,true,false
local bL=not IN_PLACE
if J(i,1,t)==E then
x={s(i,au,t+1)}else
ak=ak or'^1;'..K(ac,'=(%d+);',1,b)..'=(%d+) '..J(au,2)x,ao={s(i,ak)},b
end
for c=1,b do
local d,e=x[ao+c],ao>0 and x[c]or k[c]if not d or#d>15 then
x=false
break
end
if e~=k[c]then
local G=e+0
if G<=l then
x[c],x[ao+c],d,bL=k[c],'0','0',true
elseif G>aL[c]or aM[c]or#e~=#k[c]then
x=false
break
end
end
local C=d+B[c]aT[c]=C
if C>al[c]then av,ad=false,ad or d+P[c]>al[c]end
end
if x then
if av and y then
a=u(am,unpack(aT,1,b))if bL or aT[bp]%aX<B[bp]or#a~=#i-t then
local U,ap,bM={},0,nil
for c=1,b do
local e=ao>0 and x[c]or k[c]U[c]=ac[c]..'='..e
if e+0>ap then ap,bM=e+0,e end
end
p('SET',r[n],'1;'..K(U,';')..' '..a,'PXAT',bM)else
p('SETRANGE',r[n],m,a)end
if aq then H[r[n]]=true end
elseif(n+N)%64>0 and(av or ad)then
a=K(x,',',ao+1,ao+b)if ad then a='0*'..a end
end
if a and aj~=''then a=a..(ao>0 and'@'..K(x,',',1,b)or aj)end
end
end
if not a then
Y=Y or bd(p,r,M,H,l,N)a=Y.j(n,z,R,an and{V}or P,0)end
M[n+at]=a
end
f=f+Q
else
Y=Y or bd(p,r,M,H,l,N)f=f+1
local ah,ai=s(ARGV[bl],'^a(%d*)(.*)$')if ah then
M[f+at]=Y.n(f,ah,ai)if ah~=''then f,at=f+1,at-1 end
else
M[f+at]=Y.o(f,s(ARGV[bl],'^c(.*)$')or error('unknown operation'))end
end
end
return'r'..ae[1]..':'..ae[2]..' '..K(M,' ',1,f+at)
`
export const REDIS_SHA = 'c82a55851d960645879ff452c5dfd6320bccd374'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = '8ecf5e147e3f8479415c6ed58fd72f9b6f425ce1'
