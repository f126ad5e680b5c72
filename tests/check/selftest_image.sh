# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Part of selftest.sh: wrong things in machine code, objects, the call graph and the map.

fresh
printf 'int counter = 1;\nstatic int hidden[4];\nint *f(int i)\n{\n\thidden[i] = 1;\n' |
	put monitor/state.c
printf '\treturn hidden;\n}\nconst int table[2] = {1, 2};\n' >>"$tree/monitor/state.c"
printf '\t.bss\nasm_stack:\n\t.skip 16\n' | put src/boot/start.S
printf 'counter monitor/state.c counts\ngone monitor/state.c why\n' >"$tree/tests/check/globals.txt"
link monitor/state.c src/boot/start.S
judge globals
found 'mutable symbol hidden' 'mutable symbol asm_stack' 'gone does not occur'
! grep -q -e ' table ' -e 'symbol counter' "$base/answer" || miss 'globals sees ghosts'
printf 'counter monitor/state.c a\nhidden monitor/state.c b\nasm_stack src/boot/start.S c\n' \
	>"$tree/tests/check/globals.txt"
passes globals

fresh
put src/boot/trap.S <<'END'
	.globl reader, writer, narrow, odd, loads, floats, packed, wide, thread, fine, excused
reader:
	add a0, a0, s2
	ret
writer:
	csrr s11, mscratch
	ret
narrow:
	c.sdsp s3, 0(sp)
	ret
odd:
	.insn r 0x73, 4, 0x36, s4, a0, x0
	ret
loads:
	.insn r 0x73, 4, 0x37, x0, a0, s5
	ret
thread:
	mv a0, tp
	ret
	.option arch, +d, +v
floats:
	fcvt.d.w fa0, a0
	ret
packed:
	c.fld fa0, 0(a0)
	ret
wide:
	vsetvli a0, a1, e8
	ret
	.option arch, rv64imac_zicsr
fine:
	.insn r 0x73, 4, 0x34, a0, a0, x3
	fence
	sd s0, 0(s1)
	jalr x5
	.word 0x00000053
	ret
excused:
	mv s6, a0
	beqz a0, .Linside
.Linside:
	mv s7, a0
	ret
END
echo 'symbol excuse* s src/boot/trap.S restores the guest' >"$tree/tests/check/sregs.txt"
echo 'symbol vanished s src/boot/trap.S why' >>"$tree/tests/check/sregs.txt"
link src/boot/trap.S
judge registers
found 'reader touches a guest' 'writer touches a guest' 'narrow touches a guest' \
	'odd touches a guest' 'loads touches a guest' 'thread touches a guest' \
	'floats touches FP' 'packed touches FP' 'wide touches FP' 'vanished does not occur'
! grep -q -e fine -e excused -e inside "$base/answer" ||
	miss "registers sees ghosts: $(cat "$base/answer")"

fresh
printf 'int x;\nint *const p[2] = {&x, &x};\n' | put src/boot/place.c
link src/boot/place.c
printf 'place.o why\nnever.o why\n' >"$tree/tests/check/relocs.txt"
judge relocs
found 'build/place.o absolute address in .rodata' 'never.o matches no object'

fresh
printf 'int f(void)\n{\n\treturn missing;\n}\n' | put monitor/a.c
printf 'int g(void)\n{\n\tint unused;\n\treturn 0;\n}\n' | put policies/one/b.c
judge clang
found "monitor/a.c:4 use of undeclared identifier" "policies/one/b.c:4 unused variable"

fresh
printf 'int f(void)\n{\n\tint a[2];\n\n\ta[2] = 1;\n\treturn a[0];\n}\n' | put monitor/a.c
printf 'zerodiv\n# 3. why\nnullPointer\n' >"$tree/tests/check/cppcheck.txt"
judge cppcheck
if command -v cppcheck >/dev/null; then
	found 'a.c:6 error: ' 'zerodiv: no numbered reason' 'number 3 follows 0'
else
	grep -q '^skip cppcheck: ' "$base/answer" || miss 'cppcheck is absent and nothing is said'
fi

fresh
put monitor/deep.c <<'END'
#define DEPTH 256
int (*hook)(int);
extern int outside(int a);
int loop(int a);
int frame(int a);
int target(int a);
int __attribute__((noinline)) frame(int a)
{
	volatile int room[64];

	room[a] = a;
	return room[a + 1];
}
int __attribute__((noinline)) loop(int a)
{
	return a ? loop(a - 1) + loop(a - 2) : 0;
}
int target(int a)
{
	volatile char *p = __builtin_alloca((unsigned int)a);

	return p[1];
}
int root(int a);
int root(int a)
{
	return frame(a) + hook(a) + outside(a) + loop(a) + 1;
}
END
printf '\t.globl outside\noutside:\n\tret\n' | put src/boot/start.S
put src/boot/stack.h <<'END'
#define SMALL (16ul * 8)
#define LARGE (4096ul * 8)
END
link monitor/deep.c src/boot/start.S
printf 'root root : entry\nroot lost : gone\n' >"$tree/tests/check/indirect.txt"
judge stack
found 'recursion: loop > loop' 'root makes an indirect call' 'outside, called by root' \
	'no function is named lost' 'names no limit'
{
	printf 'root loop : entry\nlimit boot/stack.h SMALL : size\nagain loop loop 9 : counted\n'
	printf 'root frame boot/stack.h SMALL : its own\nagain frame loop 1 : never\n'
} >"$tree/tests/check/indirect.txt"
judge stack
found 'but the stack has 128: loop ' 'but the stack has 128: frame ' 'frame does not call loop'
! grep -q recursion "$base/answer" || miss "stack sees ghosts: $(cat "$base/answer")"
printf 'root target : entry\nlimit boot/stack.h SMALL : size\n' >"$tree/tests/check/indirect.txt"
judge stack
found 'target has a frame of unbounded size'
put monitor/deep.c <<'END'
int (*hook)(int);
extern int outside(int a);
int frame(int a);
int root(int a);
int __attribute__((noinline)) frame(int a)
{
	volatile int room[64];

	room[a] = a;
	return room[a + 1];
}
int root(int a)
{
	return hook(a) + outside(a);
}
END
link monitor/deep.c
{
	printf 'root root : entry\nasm outside 16 : saves two\ncall root frame : the only hook\n'
	printf 'limit boot/stack.h SMALL : the size\n'
} >"$tree/tests/check/indirect.txt"
judge stack
found 'but the stack has 128: root 32 > frame 2'
sed -i 's/SMALL/LARGE/' "$tree/tests/check/indirect.txt"
passes stack

# A policy: a hook is followed by the line that calls it, any other indirect call is not.
put monitor/policy.h <<'END'
struct policy {
	int (*on_trap)(int a);
	int (*init)(int a);
};
extern const struct policy *const first;
END
put monitor/deep.c <<'END'
#include "monitor/policy.h"
int root(int a);
int root(int a)
{
	return first->on_trap(a) + 1;
}
END
put policies/one/one.c <<'END'
#include "monitor/policy.h"
static int deep(int a)
{
	volatile int room[64];

	room[a] = a;
	return room[a + 1];
}
#define ALSO .init = deep2,
static int deep2(int a)
{
	return a;
}
extern const struct policy policy_one;
const struct policy policy_one = {
	.on_trap = deep,
};
const struct policy *const first = &policy_one;
END
rm -f "$tree/build/"*.o "$tree/build/"*.ci
link monitor/deep.c policies/one/one.c
CHECK_SRCS='monitor/deep.c policies/one/one.c'
printf 'root root : entry\nlimit boot/stack.h SMALL : size\n' >"$tree/tests/check/indirect.txt"
judge stack
found 'but the stack has 128: root 16 > deep 2'
sed -i 's/SMALL/LARGE/' "$tree/tests/check/indirect.txt"
passes stack
sed -i 's/first->on_trap(a)/(*(first ? \&first->on_trap : 0))(a)/' "$tree/monitor/deep.c"
link monitor/deep.c
judge stack
found 'root makes an indirect call'
sed -i 's/^	\.on_trap = deep,/&\n	ALSO/' "$tree/policies/one/one.c"
link policies/one/one.c
judge stack
found 'deep2 is a hook of policy_one in the image'
CHECK_SRCS=

judge size
[ "$status" -eq 0 ] || miss "size fails: $(cat "$base/answer")"
seen=$((seen + 1))

fresh
git -C "$tree" init -q
for rule in 'pwd' 'echo always'; do
	printf 'build/x:\n\tmkdir -p build\n\t%s >$@\n' "$rule" >"$tree/Makefile"
	status=0
	name=repro
	(cd "$tree" && "$here/repro.sh" x) >"$base/answer" 2>&1 || status=$?
	case $rule in
	pwd) found 'x differs between two directories' ;;
	*) [ "$status" -eq 0 ] || miss "repro rejects a good build: $(head -20 "$base/answer")" ;;
	esac
done
