// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local q,r,v=redis.call,string.match,string.format
local IN_PLACE=true
local t,aS,s,y,bz,M=r(ARGV[1],'^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')local al=q('TIME')local Q=al[2]+0
local j=al[1]*1000+(Q-Q%1000)/1000
if t then
local w,E,c,g,e=KEYS[1],M+0,nil,nil,nil
local m=redis.pcall('GET',w)s=s+0
local k=aS=='e'and j-j%s+s or j+s
if m and#m>0 then
g,e=r(m,'^1;'..t..'=(%d+) (%d+)$')if g and#g==13 and#e<16 then
local z,F=g+0,e+E
if z==k or aS=='f'and z>j and z<k then
if F>y+0 or E==0 then
if(1+Q)%64>0 then c=F>y+0 and'0*'..e or e end
else
c=v('%d',F)if IN_PLACE and#c==#e and F%(64*E)>=E then
q('SETRANGE',w,bz,c)else
q('SET',w,'1;'..t..'='..g..' '..c,'PXAT',g)end
end
end
end
elseif not m and E<=y+0 and k<1e13 then
g,c=v('%d',k),M
if#g<13 and k>=1e12 then error('this server formats numbers in 32 bits')end
if E>0 then q('SET',w,'1;'..t..'='..g..' '..M,'PXAT',g)end
end
if c then
if aS=='f'then c=c..'@'..g end
return'r'..al[1]..':'..al[2]..' '..c
end
ARGV[1]='t1 1 '..M..';'..t..' '..y
end
local N,ad,bd,G,n=string.gmatch,string.sub,string.rep,table.concat,KEYS
local O=q('MGET',unpack(n))local H,at={},ARGV[1]=='again'local function be(q,n,O,H,j,Q)local r,N,v,ad,G=string.match,string.gmatch,string.format,string.sub,table.concat
local au=9007199254740991
local V,bA,bB,bC,bD='!1','!2','!3','!4','!5'local function bf(z)local i=v('%d',z)if#i<13 and z>=1e12 then error('this server formats numbers in 32 bits')end
return i
end
local function bg(h)local w=n[h]if O[h]and not H[w]then return O[h]end
local m=redis.pcall('GET',w)if type(m)~='table'then return m end
if r(m.err,'WRONGTYPE')then return nil,bA end
return q('GET',w)end
local bh={['']={g='',b=0,e={},a={},c={},h=true,d=0,i=''}}local function bE(i)local bi=r(i,'^(%d+);')if bi~='1'then return bi and bB or V end
local K,g,R,a,u={0,0,0,0},{0,0,0,0},{},0,1
local aT,k,B=true,0,''for bj,t,f in N(i,';(([%w_~]+)=(%d+))')do
local z=f+0
if R[t]or z>au then return V end
a,u=a+1,u+1+#bj
K[a],g[a],R[t]=bj,z,a
aT=aT and z>j
if z>k then k,B=z,f end
end
if u~=#i then return V end
return{g=i,b=a,e=K,a=g,c=R,h=aT,d=k,i=B}end
local function aU(h)local m,av=bg(h)if av then return nil,av end
local i,bk=r(m or' ','^(%S*) (.*)$')if not i or m and i==''then return nil,V end
local d,o,a,u=bh[i],{0,0,0,0},0,0
if not d then
d=bE(i)bh[i]=d
end
if type(d)=='string'then return nil,d end
if not m then return d,o end
for aw in N(bk,'[^,]+')do
a,u=a+1,u+1+#aw
o[a]=aw
end
if a~=d.b or u~=#bk+1 then return nil,V end
return d,o
end
local function aV(i)local bl,x,C=i,0,''if not r(i,'^%d+$')then
bl,C=r(i,'^(%d+)(:.+)$')local ax
x,ax=r(C or'','^:(%d+)(.*)$')if not x or ax~=''and ad(ax,1,1)~=':'then return end
end
local e=bl+0
x=x+0
if e<=au and x<au then return e,x,C end
end
local function aW(w,K,W,a,k,B,d,o,S)for p=1,d.b do
if d.a[p]>j and not(S and S[p])then
a=a+1
K[a],W[a]=d.e[p],o[p]if d.a[p]>k then k,B=d.a[p],bf(d.a[p])end
end
end
if a>0 then
q('SET',w,'1;'..G(K,';',1,a)..' '..G(W,',',1,a),'PXAT',B)else
q('DEL',w)end
H[w]=true
end
local function bm(w,d,o)if not d.h then return aW(w,{0,0,0,0},{0,0,0,0},0,0,nil,d,o)end
q('SET',w,d.g..' '..G(o,',',1,d.b),'PXAT',d.i)H[w]=true
end
local bn={}local function bF(i)local A={}for t,P,s,y,C in N(i,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local f,k
if s==''then
local aX,aY=r(C,'(%d+) (.*)')k,P=j+aX,''for am in N(aY,'%d+')do
am=am+0
if not f and am>j then f=am end
end
else
s=s+0
f=P=='e'and j-j%s+s or math.min(j+s,au)k=f
end
A[#A+1]={f=t,j=y+0,k=P=='e',a=f,l=bf(f),d=k}end
return A
end
local function bG(h,aZ,X,Y)local A=bn[aZ]or bF(aZ)bn[aZ]=A
local d,o=aU(h)if not d then return o end
local ae,D,ay,Z,T,a=X,false,false,true,true,#A
local R,W,c,g,bo={0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0}for b=1,a do
local af,M=A[b],Y[b]local l,e,x,C=d.c[af.f],0,0,''g[b]=af.l
if l and d.a[l]>j then
e,x,C=aV(o[l])if not e then return V end
if d.a[l]>af.d then
ay,Z=true,false
else
g[b]=ad(d.e[l],#af.f+2)T=T and d.a[l]==af.a
end
else
l,Z=false,false
end
R[b],W[b],bo[b],c[b]=l,e,C,x
T=T and af.k
local aJ=af.j-e
D=D or M>0
if aJ<0 then
ae=0
elseif M>0 and ae*M>aJ then
ae=(aJ-math.fmod(aJ,M))/M
end
end
local aK=D and ae>0
for b=1,a do
local i,x=v('%d',W[b]+ae*Y[b]),c[b]W[b]=i..bo[b]c[b]=x>0 and i..':'..v('%d',x)or i
end
if not aK and not ay and d.b>0 and(h+Q)%64==0 then
local bp=q('PTTL',n[h])ay=bp==-1 or bp>d.d-j+1000
end
c=G(c,',',1,a)if ae<X then c=v('%d',ae)..'*'..c end
if not T then c=c..'@'..G(g,',',1,a)end
if(aK or ay)and Z then
for b=1,a do o[R[b]]=W[b]end
bm(n[h],d,o)elseif aK or ay then
local K,bq,az,S,k,B={0,0,0,0},{0,0,0,0},0,{},0,nil
for b=1,a do
if R[b]then S[R[b]]=true end
if aK or R[b]then
az=az+1
K[az],bq[az]=A[b].f..'='..g[b],W[b]if g[b]+0>k then k,B=g[b]+0,g[b]end
end
end
aW(n[h],K,bq,az,k,B,d,o,S)end
return c
end
local function bH(h,aa,i)local aL=aa~=''and n[h+1]if aL then
local an,av=bg(h+1)if av then return av end
if an then
local bI,ao=r(an,'^1 (%d+) ([-%d:x,]+)$')if not ao then return V end
if bI+0>j then return'='..ao end
end
end
local d,o=aU(h)if not d then return o end
local c,ab,br='',false,false
for t,f,x,bJ in N(i,';(%S+) (%d+) (%d+) (-?%d+)')do
local l,ao=d.c[t],'x'if l and d.a[l]>j and d.a[l]==f+0 then
local e,bK,C=aV(o[l])if not e then return V end
if bK==x+0 then
local ap=bJ+0
if ap<-e then ap=-e end
if ap>au-e then return bC end
local bs=v('%d',e+ap)o[l]=bs..C
br,ab,ao=true,ab or ap~=0,v('%d',ap)..':'..bs
end
end
c=c==''and ao or c..','..ao
end
if aL and br then
if aa+0<=j then return bD end
q('SET',aL,'1 '..aa..' '..c,'PXAT',aa)H[aL]=true
end
if ab then bm(n[h],d,o)end
return c
end
local function bL(h,i)local d,o=aU(h)if not d then
q('DEL',n[h])H[n[h]]=true
return'c'end
local ab,S=false,{}for t in N(i,';([%w_~]+)')do
local l=d.c[t]if l then
ab,S[l]=true,true
local e,x,C=aV(o[l])if e and not r(t,'^f%d')then
local ax=r(C,'^:%d+(.*)$')or''S[l],o[l]=false,'0:'..v('%d',x+1)..ax
end
end
end
if ab then aW(n[h],{0,0,0,0},{0,0,0,0},0,0,nil,d,o,S)end
return'c'end
return{m=bG,n=bH,o=bL}end
local ag,aq
local h,ar=0,0
local A,a,aA,L,u,l,B,ah='',0,false,'',0,'','',''local y,k,aB,aC,ai=0,0,true,false,''local aj,aD,aE,g,U,aF,aG=0,0,0,0,0,'','%d'local Y,E,aM=nil,nil,nil
for ba=at and 2 or 1,#ARGV do
local bt,aw,X,bu,i=r(ARGV[ba],'^([tv])(%d+) (%d+) ([%d, ]+)(.*)$')if bt then
if i~=''and i~=A then
if a>0 then
aq=aq or{}aq[A]={a,aA,L,u,l,B,ah,y,k,aB,aC,ai,aj,aD,aE,g,U,aF,aG}end
A=i
if aq and aq[A]then
a,aA,L,u,l,B,ah,y,k,aB,aC,ai,aj,aD,aE,g,U,aF,aG=unpack(aq[A])else
local aH,T=0,true
a,aA,L=0,false,'1'for t,P,s,bv,C in N(i,';((%a)(%d*)%S*) (%d+)([^;]*)')do
local f,aN
if s==''then
local an
local aX,aY=r(C,'(%d+) (.*)')for am in N(aY,'%d+')do
f=am+0
an=an or f
if f>j then break end
end
if an>j or f<=j then aA=true end
P,aN='c',j+aX
else
s=s+0
f=j-j%s+s
if P=='f'then f=j+s<9007199254740991 and j+s or 9007199254740991 end
aN=f
end
local aI=v('%d',f)if#aI<13 and f>=1e12 then error('this server formats numbers in 32 bits')end
if f>aH then aH,B=f,aI end
L=L..';'..t..'='..aI
T=T and P=='e'a=a+1
if a==1 then
y,k,aB,aC=bv+0,aN,P=='e',P=='f'U,g=t,aI
else
if a==2 then
if not Y then Y,E,aM={0,0,0,0},{0,0,0,0},{0,0,0,0}end
aj,aD,aE={y,0,0,0},{k,0,0,0},{aB,0,0,0}g,U={g,0,0,0},{U,0,0,0}end
aj[a],aD[a],aE[a],g[a],U[a]=bv+0,aN,P=='e',aI,t
end
end
L=L..' 'u=#L
l=v('%d',u)ah=T and''or'@'..(a==1 and g or G(g,',',1,a))ai=aC and a==1 and'^1;'..U..'=(%d+) (%d+)$'if a>1 then aF,aG='^(%d+)'..bd(',(%d+)',a-1)..'$','%d'..bd(',%d',a-1)end
end
end
local aO,aP,D,Z,as=bt=='v',a==1,nil,true,nil
local ak,I,aQ,bb,bw=0,0,0,1,(aO or a>1)and N(bu,'%d+')X=X+0
for p=h+1,h+aw do
if aP then
if aO or D==nil then
ak=(aO and bw()or bu)+0
I=ak*X
D,Z,aQ,as=I>0,I<=y,64*I,nil
end
elseif aO or D==nil then
D,Z,as=false,true,nil
for b=1,a do
ak=bw()+0
I=ak*X
Y[b],E[b]=ak,I
if I>aj[b]then Z=false end
if I>0 and not D then D,aQ,bb=true,64*I,b end
end
end
local m,c=O[p],nil
if at and H[n[p]]then m=q('GET',n[p])end
if aA then
c='o'elseif not m then
if Z and D then
if not as then as=aP and v('%d',I)or v(aG,unpack(E,1,a))end
if q('SET',n[p],L..as,'PXAT',B,'NX')then
c=as..ah
if at then H[n[p]]=true end
end
end
elseif aP then
local e,f
if not aC then
if ad(m,1,u)==L then e=r(m,'^%d+$',u+1)end
else
f,e=r(m,ai)if e and(f+0<=j or f+0>k or#f~=13)then e=nil end
end
if e and#e<16 then
local F=e+I
if F>y or not D then
if(p+Q)%64>0 then
if F<=y then c=e elseif e+ak>y then c='0*'..e end
end
else
c=v('%d',F)if IN_PLACE and#c==#e and F%aQ>=I then
q('SETRANGE',n[p],l,c)else
q('SET',n[p],ad(m,1,u)..c,'PXAT',f or B)end
if at then H[n[p]]=true end
end
if c and not aB then c=c..(f and'@'..f or ah)end
end
else
local J,ac,bc,aR=nil,0,true,false
local bx=not IN_PLACE
if ad(m,1,u)==L then
J={r(m,aF,u+1)}else
ai=ai or'^1;'..G(U,'=(%d+);',1,a)..'=(%d+) '..ad(aF,2)J,ac={r(m,ai)},a
end
for b=1,a do
local e,f=J[ac+b],ac>0 and J[b]or g[b]if not e or#e>15 then
J=false
break
end
if f~=g[b]then
local z=f+0
if z<=j then
J[b],J[ac+b],e,bx=g[b],'0','0',true
elseif z>aD[b]or aE[b]or#f~=#g[b]then
J=false
break
end
end
local F=e+E[b]aM[b]=F
if F>aj[b]then bc,aR=false,aR or e+Y[b]>aj[b]end
end
if J then
if bc and D then
c=v(aG,unpack(aM,1,a))if bx or aM[bb]%aQ<E[bb]or#c~=#m-u then
local K,aH,by={},0,nil
for b=1,a do
local f=ac>0 and J[b]or g[b]K[b]=U[b]..'='..f
if f+0>aH then aH,by=f+0,f end
end
q('SET',n[p],'1;'..G(K,';')..' '..c,'PXAT',by)else
q('SETRANGE',n[p],l,c)end
if at then H[n[p]]=true end
elseif(p+Q)%64>0 and(bc or aR)then
c=G(J,',',ac+1,ac+a)if aR then c='0*'..c end
end
if c and ah~=''then c=c..(ac>0 and'@'..G(J,',',1,a)or ah)end
end
end
if not c then
ag=ag or be(q,n,O,H,j,Q)c=ag.m(p,A,X,aP and{ak}or Y)end
O[p+ar]=c
end
h=h+aw
else
ag=ag or be(q,n,O,H,j,Q)h=h+1
local aa,ab=r(ARGV[ba],'^a(%d*)(.*)$')if aa then
O[h+ar]=ag.n(h,aa,ab)if aa~=''then h,ar=h+1,ar-1 end
else
O[h+ar]=ag.o(h,ARGV[ba])end
end
end
return'r'..al[1]..':'..al[2]..' '..G(O,' ',1,h+ar)
`
export const REDIS_SHA = 'b724bdf5d1dcffbd599cb2c49f84d7c9fbfb44e6'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}`
export const UPSTASH_SHA = '33603e72dae2574f87183b2a18ec9db56c08c60f'
