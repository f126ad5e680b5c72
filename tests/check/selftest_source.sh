# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Part of selftest.sh: a good tree, and wrong things in its sources and documents.

tree=$good
mkdir -p "$good/tests/check"
cp "$here/layers.txt" "$good/tests/check/"
put src/lib/base.h <<'END'
#ifndef LIB_BASE_H
#define LIB_BASE_H

#include <stdint.h>

#ifndef LIB_LEVEL
#define LIB_LEVEL 1
#endif

/* Adds (a, b); never fails; see base.c for why. */
int lib_add(int a, int b);

#endif
END
put monitor/world.c <<'END'
#include "lib/base.h"

/* Keeps I-TST-1; the sum is (a + b). */
int lib_add(int a, int b)
{
	return a + b;
}
END
put docs/invariants.md <<'END'
# Invariants

| I-TST-1 | sums are right |
END
put docs/tour.md <<'END'
# The tour

Start with `monitor/world.c`, `lib_add()`, then [the invariants](invariants.md#invariants).
END
put tests/unit/test_world.c <<'END'
/* I-TST-1 */
int test_world(void);
END
tree=$base/tree

fresh
link monitor/world.c
passes layers asm headers shape ids docs words commits mutants globals registers relocs clang
printf 'root lib_add : all\nlimit lib/base.h LIB_LEVEL*999 : some\n' \
	>"$tree/tests/check/indirect.txt"
passes stack

fresh
put monitor/a.c <<'END'
#include "crypto/crypto.h"
#include "base.h"
#include <lib/base.h>
#include <time.h>
#include "lib/none.h"
END
echo '#include "monitor/hart.h"' | put src/hw/b.c
printf '#include "hw/csr.h"\n#include "policies/two/x.h"\n' | put policies/one/c.c
echo '#include <mbedtls/sha512.h>' | put attest/d.c
echo '#include <sys/stat.h>' | put attest/verifier/fine.c
echo '/* lost */' | put src/e.c
judge layers
found 'monitor/a.c:2 monitor must not include crypto' 'a.c:3 "base.h" is not rooted' \
	'a.c:4 <lib/base.h> is ours' 'a.c:5 <time.h>' 'a.c:6 lib/none.h does not exist' \
	'src/hw/b.c:2 hw must not include monitor' 'c.c:2 policies must not include hw' \
	'c.c:3 a policy must not include another one' 'd.c:2 attest must not include mbedtls' \
	'src/e.c:1 belongs to no layer'
! grep -q fine.c "$base/answer" || miss 'layers binds a host program'

fresh
printf 'void f(void)\n{\n\t__asm__ volatile("nop");\n}\n' | put monitor/a.c
printf 'csrw(mscratch);\n/* csrw */ const char *s = "csrr";\n' | put policies/one/b.c
echo 'nop' | put monitor/c.S
echo 'csrr a0, mscratch' | put src/hw/d.S
judge asm
found 'monitor/a.c:4 inline' 'policies/one/b.c:2 CSR' 'monitor/c.S:1 assembly'
! grep -q -e d.S -e b.c:3 "$base/answer" || miss 'asm sees ghosts'

fresh
printf '#ifndef LEAN_H\n#define LEAN_H\nuint8_t f(void);\n#endif\n' | put monitor/lean.h
echo 'int g(void);' | put monitor/bare.h
printf '#ifndef OTHER_H\n#define OTHER_H\n#endif\n' | put monitor/name.h
printf '#ifndef LIB_BASE_H\n#define LIB_BASE_H\n#endif\n' | put monitor/base.h
echo 'monitor/gone.h both why' >"$tree/tests/check/headers.txt"
judge headers
found 'monitor/lean.h:1 does not compile alone (host)' \
	'monitor/lean.h:1 does not compile alone (cross)' 'monitor/bare.h:1 has no include guard' \
	'monitor/name.h:1 include guard OTHER_H' 'is also used by' 'monitor/gone.h does not exist'

fresh
{
	printf 'int many(int a, int b, int c, int d, int e, int f)\n{\n'
	for i in 1 2 3 4 5 6 7 8; do
		printf '\tif (a) {\n\t\tb = %s;\n\t} else if (c && d) {\n\t\tc = 1;\n\t}\n' $i
		printf '\tb++;\n\tc++;\n\td++;\n\te++;\n\tf++;\n\n\t/* not counted */\n'
	done
	printf '\treturn a;\n}\n'
} | put monitor/long.c
{
	printf '    int indented;\n\tint trailing; \n/* x = y; */\n/*\n * call(a, b);\n */\n'
	printf '#ifdef A\n#endif\n#if B\n#endif\n#if C\n#endif\nint wide = %0100d;\n' 1
	printf '/* %s%s: later */\n' TO DO
} | put monitor/style.c
yes 'int x;' | head -601 | put src/lib/tall.c
i=0
while [ $i -lt 20 ]; do
	printf 'int f%d(void)\n{\n' $i
	yes '	f(1);' | head -12
	printf '}\n'
	i=$((i + 1))
done | put monitor/middling.c
printf 'int x;\n' >"$tree/monitor/licence.c"
echo 'params monitor/none.c:f why' >"$tree/tests/check/shape.txt"
judge shape
found 'long.c:2 many: 84 lines' 'long.c:2 many: 6 parameters' 'long.c:2 many: 25 branches' \
	'style.c:2 indented' 'style.c:3 blanks at the end' 'style.c:4 looks like commented-out' \
	'style.c:6 looks like commented-out' 'style.c:8 #if: 3 in' 'style.c:10 #if: 3 in' \
	'style.c:14 line longer' 'style.c:15 leftover' 'tall.c:601 602 lines' 'median 15' \
	'licence.c:1 has no' 'monitor/none.c:f needs no exception'

fresh
printf '| I-TST-2 | none | see I-TST-9\n| I-TST-1 | again |\n' >>"$tree/docs/invariants.md"
printf '/* I-TST-3 */\n/* I-TST-2 is only said to hold here */\nint x;\n' | put monitor/a.c
judge ids
found 'monitor/a.c:2 I-TST-3 is not defined' 'invariants.md:4 I-TST-2: no test' \
	'invariants.md:4 I-TST-9 is mentioned' 'invariants.md:5 I-TST-1 is defined twice'
printf '/* I-TST-2 */\nCHECK(x);\n' | put monitor/a.c
printf '# Invariants\n| I-TST-1 | a |\n| I-TST-2 | b |\n' >"$tree/docs/invariants.md"
passes ids

fresh
printf 'monitor/world.c: s/a + b/a - b/\nmonitor/world.c: s/a - b/a/\n' |
	put tests/attacks/mutants/fits.txt
printf 'monitor/world.c: s/a \\* b/a/\nmonitor/gone.c: s/a/b/\n' |
	put tests/attacks/mutants/stale.txt
printf 'bug sum\nfile monitor/world.c\n-\treturn a + b;\n+\treturn a;\n\n' |
	put tests/mutants/table.txt
printf 'bug gone\nfile monitor/world.c\n-\treturn b;\n+\treturn a;\n' \
	>>"$tree/tests/mutants/table.txt"
judge mutants
found 'stale.txt:1 changes nothing in monitor/world.c' 'stale.txt:2 there is no monitor/gone.c' \
	'table.txt:6 is not in monitor/world.c'

fresh
printf 'See `monitor/gone.c` and `no_such_call()`.\n' >>"$tree/docs/tour.md"
printf '[a](docs/none.md) [b](docs/tour.md#nowhere) [c](https://x.y/)\n' >"$tree/README.md"
judge docs
found 'tour.md:4 `monitor/gone.c` does not exist' 'tour.md:4 `no_such_call()`: no such function' \
	'README.md:1 link to docs/none.md: no such file' 'README.md:1 link to docs/tour.md#nowhere'

fresh
printf '# %s.example.org/x\n# host py.example.test\n# %s/file\n# /%s/someone/x\n' deb "$tree" \
	home | put tests/fetch.sh
(
	export PIP_INDEX_URL=https://py.example.test/simple
	judge words
	found 'fetch.sh:2 names a package' 'fetch.sh:3 names a package' \
		'fetch.sh:4 names an absolute path' 'fetch.sh:5 names an absolute path'
	exit "$failures"
) || failures=$((failures + 1))
seen=$((seen + 4))

fresh
commit() {
	git -C "$tree" -c user.name=t -c user.email=t@t -c commit.gpgsign=false \
		commit -q --no-verify --allow-empty -m "$1"
}
git -C "$tree" init -q
commit 'monitor: say what is needed'
passes commits
for subject in 'No area here' 'monitor: added a thing' 'monitor: fixes it' 'boot: stop.' \
	"boot: $(printf '%070d' 1)"; do
	commit "$subject"
done
printf 'base %s because\n' "$(git -C "$tree" rev-parse HEAD)" >"$tree/tests/check/commits.txt"
passes commits
commit 'Yet another'
judge commits
found "is not 'area: imperative subject': Yet"
! grep -q 'No area' "$base/answer" || miss 'commits looks behind its base'
printf 'base %040d why\n' 1 >"$tree/tests/check/commits.txt"
judge commits
found "is not 'area: imperative subject': No area" "'added' is not an imperative" \
	"'fixes' is not an imperative" 'ends with a full stop' 'is 76 characters long'
