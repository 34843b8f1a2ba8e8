#!/bin/sh
# pure.sh BUILD - sim/core and printers know neither the host's time, chance, environment
# and locale, nor the last bits of libm: read from the symbols that their objects want.
#
# Also looks at their sources for formats that print reals, whose point is the locale's.
set -eu
build=$1

# printers/host makes processes and watches over them; what it brings back is checked there.
objects=$(find "$build/sim/core" "$build/printers" -name '*.o' 2>/dev/null |
	grep -v "^$build/printers/host/" | LC_ALL=C sort)
if [ -z "$objects" ]; then
	echo "pure.sh: no objects in $build" >&2
	exit 1
fi

time="time clock clock_gettime clock_getres gettimeofday timespec_get ftime times \
localtime localtime_r gmtime gmtime_r mktime timegm strftime asctime ctime tzset \
sleep usleep nanosleep clock_nanosleep alarm setitimer timer_create timerfd_create"
chance="rand rand_r srand random random_r srandom initstate setstate drand48 erand48 \
lrand48 nrand48 mrand48 jrand48 srand48 seed48 getrandom getentropy arc4random \
arc4random_buf arc4random_uniform"
surroundings="getenv secure_getenv setenv unsetenv putenv environ __environ getpid getppid \
gethostname uname getlogin getuid sysconf isatty"
locale="setlocale newlocale uselocale duplocale freelocale localeconv nl_langinfo strcoll \
strxfrm strtod strtof strtold atof"
libm="exp exp2 exp10 expm1 log log2 log10 log1p pow sin cos tan sincos asin acos atan atan2 \
sinh cosh tanh asinh acosh atanh cbrt hypot erf erfc tgamma lgamma"

status=0
# shellcheck disable=SC2086 # lists of words, on purpose
nm -A -u $objects | awk -v time="$time" -v chance="$chance" \
	-v surroundings="$surroundings" -v locale="$locale" -v libm="$libm" '
function forbid(names, why,   list, n, i) {
	n = split(names, list, " ")
	for (i = 1; i <= n; i++) {
		reason[list[i]] = why
		if (why == "last bits of libm")
			reason[list[i] "f"] = reason[list[i] "l"] = why
	}
}
BEGIN {
	forbid(time, "time of the host")
	forbid(chance, "chance of the host")
	forbid(surroundings, "environment")
	forbid(locale, "locale")
	forbid(libm, "last bits of libm")
}
{
	symbol = $NF
	sub(/@.*/, "", symbol)
	if (symbol in reason) {
		object = $1
		sub(/:$/, "", object)
		print object ": uses " symbol " (" reason[symbol] ")"
		bad = 1
	}
}
END { exit bad }' || status=1

# A string in which a conversion of a real stands, in the sources of those objects.
sources=$(for object in $objects; do
	source=${object#"$build"/}
	echo "${source%.o}.c"
done)
for source in $sources; do
	[ -e "$source" ] || continue
	if grep -nE '"[^"]*%[-+ #0]*[0-9*]*(\.[0-9*]*)?[lL]?[aefgAEFG][^"]*"' "$source" |
		sed "s|^|$source:|; s|\$| <- prints a real by the locale; text_real does not|" |
		grep .; then
		status=1
	fi
done
exit $status
