/* pattern.c - a backtracking matcher for Lua patterns that counts its steps. */
#include "sim/script/pattern.h"

#include <string.h>

enum {
	BATCH = 4096
};

static const char *match(struct pattern *p, const char *s, const char *item);

static void *refuse(struct pattern *p, const char *error)
{
	if (p->error == NULL)
		p->error = error;
	return NULL;
}

static bool stopped(const struct pattern *p)
{
	return p->error != NULL || p->gave_up;
}

void pattern_settle(struct pattern *p)
{
	uint64_t steps = p->steps;
	p->steps = 0;
	if (!p->count(p->arg, steps))
		p->gave_up = true;
}

bool pattern_is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || strchr("^$*+?.([%-", text[i]) != NULL)
			return false;
	return true;
}

/* --- single characters -------------------------------------------------------------- */

static bool in_range(unsigned c, unsigned low, unsigned high)
{
	return c >= low && c <= high;
}

static bool is_lower(unsigned c)
{
	return in_range(c, 'a', 'z');
}

static bool is_upper(unsigned c)
{
	return in_range(c, 'A', 'Z');
}

static bool is_number(unsigned c)
{
	return in_range(c, '0', '9');
}

/* %a and its kin; class in lower case. Any other character stands for itself. */
static bool in_class(unsigned c, unsigned class, bool *ret_known)
{
	bool word = is_lower(c) || is_upper(c) || is_number(c);
	*ret_known = true;
	switch (class) {
	case 'a':
		return is_lower(c) || is_upper(c);
	case 'c':
		return c < 32 || c == 127;
	case 'd':
		return is_number(c);
	case 'g':
		return in_range(c, 33, 126);
	case 'l':
		return is_lower(c);
	case 'p':
		return in_range(c, 33, 126) && !word;
	case 's':
		return c == ' ' || in_range(c, 9, 13);
	case 'u':
		return is_upper(c);
	case 'w':
		return word;
	case 'x':
		return is_number(c) || in_range(c, 'a', 'f') || in_range(c, 'A', 'F');
	default:
		*ret_known = false;
		return false;
	}
}

/* The character after a '%'. */
static bool fits_class(unsigned c, unsigned class)
{
	bool known;
	bool in = in_class(c, is_upper(class) ? class + 32 : class, &known);
	if (!known)
		return c == class;
	return is_upper(class) ? !in : in;
}

/* [set]: from behind the bracket to the bracket that closes it. */
static bool fits_set(unsigned c, const char *set, const char *end)
{
	bool negated = *set == '^';
	if (negated)
		set++;
	while (set < end) {
		unsigned low = (unsigned char)*set++;
		if (low == '%') {
			if (fits_class(c, (unsigned char)*set++))
				return !negated;
		} else if (set + 1 < end && *set == '-') {
			if (in_range(c, low, (unsigned char)set[1]))
				return !negated;
			set += 2;
		} else if (c == low) {
			return !negated;
		}
	}
	return negated;
}

/* The bracket that closes the set whose '[' stands at item; NULL: there is none. */
static const char *set_end(struct pattern *p, const char *item)
{
	const char *at = item + 1;
	if (at < p->text_end && *at == '^')
		at++;
	/* A bracket right at the beginning stands for itself. */
	for (bool first = true; at < p->text_end; first = false, at++) {
		if (*at == ']' && !first)
			return at;
		if (*at == '%')
			at++;
	}
	return refuse(p, "malformed pattern (missing ']')");
}

/* Behind the single character, class or set at item. */
static const char *item_end(struct pattern *p, const char *item)
{
	if (*item == '%') {
		if (item + 1 == p->text_end)
			return refuse(p, "malformed pattern (ends with '%')");
		return item + 2;
	}
	if (*item == '[') {
		const char *end = set_end(p, item);
		return end != NULL ? end + 1 : NULL;
	}
	return item + 1;
}

static bool fits(struct pattern *p, const char *s, const char *item, const char *end)
{
	if (++p->steps >= BATCH)
		pattern_settle(p);
	if (s >= p->subject_end || p->gave_up)
		return false;
	unsigned c = (unsigned char)*s;
	if (*item == '.')
		return true;
	if (*item == '%')
		return fits_class(c, (unsigned char)item[1]);
	if (*item == '[')
		return fits_set(c, item + 1, end - 1);
	return c == (unsigned char)*item;
}

/* --- repetitions -------------------------------------------------------------------- */

/* x* and x+: as many as there are, then fewer. */
static const char *match_most(struct pattern *p, const char *s, const char *item,
			      const char *end, ptrdiff_t least)
{
	ptrdiff_t n = 0;
	while (fits(p, s + n, item, end))
		n++;
	for (; n >= least && !stopped(p); n--) {
		const char *found = match(p, s + n, end + 1);
		if (found != NULL)
			return found;
	}
	return NULL;
}

/* x-: as few as will do. */
static const char *match_least(struct pattern *p, const char *s, const char *item,
			       const char *end)
{
	while (!stopped(p)) {
		const char *found = match(p, s, end + 1);
		if (found != NULL)
			return found;
		if (!fits(p, s, item, end))
			return NULL;
		s++;
	}
	return NULL;
}

/* --- captures and the rest ------------------------------------------------------------ */

static const char *open_capture(struct pattern *p, const char *s, const char *item)
{
	bool position = item + 1 < p->text_end && item[1] == ')';
	if (p->n_captures == PATTERN_CAPTURES_MAX)
		return refuse(p, "too many captures");
	p->captures[p->n_captures++] =
		(struct pattern_capture){s, position ? PATTERN_POSITION : PATTERN_OPEN};
	const char *found = match(p, s, item + (position ? 2 : 1));
	if (found == NULL)
		p->n_captures--;
	return found;
}

static const char *close_capture(struct pattern *p, const char *s, const char *item)
{
	int i = p->n_captures - 1;
	while (i >= 0 && p->captures[i].length != PATTERN_OPEN)
		i--;
	if (i < 0)
		return refuse(p, "malformed pattern (')' without '(')");
	p->captures[i].length = s - p->captures[i].start;
	const char *found = match(p, s, item + 1);
	if (found == NULL)
		p->captures[i].length = PATTERN_OPEN;
	return found;
}

/* %1: what was captured, again. Behind it, or NULL. */
static const char *match_again(struct pattern *p, const char *s, char digit)
{
	int i = digit - '1';
	if (i < 0 || i >= p->n_captures || p->captures[i].length == PATTERN_OPEN)
		return refuse(p, "invalid capture index in the pattern");
	ptrdiff_t length = p->captures[i].length;
	if (length < 0) /* a position has captured no text that could come again */
		return NULL;
	p->steps += (uint64_t)length / 16 + 1;
	if (p->subject_end - s < length ||
	    memcmp(p->captures[i].start, s, (size_t)length) != 0)
		return NULL;
	return s + length;
}

/* %bxy: from x to the y that balances it. */
static const char *match_balance(struct pattern *p, const char *s, const char *pair)
{
	if (p->text_end - pair < 2)
		return refuse(p, "malformed pattern (%b needs two characters)");
	if (s >= p->subject_end || *s != pair[0])
		return NULL;
	for (size_t depth = 1; ++s < p->subject_end && !p->gave_up;) {
		if (++p->steps >= BATCH)
			pattern_settle(p);
		if (*s == pair[1]) {
			if (--depth == 0)
				return s + 1;
		} else if (*s == pair[0]) {
			depth++;
		}
	}
	return NULL;
}

/* %f[set]: a place before which the set does not fit and at which it does. Sets *ret_item
 * behind the set. */
static bool at_frontier(struct pattern *p, const char *s, const char *set,
			const char **ret_item)
{
	if (set >= p->text_end || *set != '[') {
		refuse(p, "malformed pattern (%f needs a set in brackets)");
		return false;
	}
	const char *end = set_end(p, set);
	if (end == NULL)
		return false;
	*ret_item = end + 1;
	p->steps++;
	unsigned before = s == p->subject ? 0 : (unsigned char)s[-1];
	unsigned here = s == p->subject_end ? 0 : (unsigned char)*s;
	return !fits_set(before, set + 1, end) && fits_set(here, set + 1, end);
}

/* What stands for itself or a class, with what follows it. *ret_s, *ret_item: where to
 * go on when the answer is left open (true). */
static bool match_item(struct pattern *p, const char **s, const char **item,
		       const char **ret_found)
{
	const char *end = item_end(p, *item);
	*ret_found = NULL;
	if (end == NULL)
		return false;
	switch (end < p->text_end ? *end : '\0') {
	case '*':
		*ret_found = match_most(p, *s, *item, end, 0);
		return false;
	case '+':
		*ret_found = match_most(p, *s, *item, end, 1);
		return false;
	case '-':
		*ret_found = match_least(p, *s, *item, end);
		return false;
	case '?':
		if (fits(p, *s, *item, end)) {
			*ret_found = match(p, *s + 1, end + 1);
			if (*ret_found != NULL || stopped(p))
				return false;
		}
		*item = end + 1;
		return true;
	default:
		if (!fits(p, *s, *item, end))
			return false;
		(*s)++;
		*item = end;
		return true;
	}
}

static const char *match_from(struct pattern *p, const char *s, const char *item)
{
	while (item < p->text_end && !stopped(p)) {
		const char *found;
		char next = item + 1 < p->text_end ? item[1] : '\0';
		if (*item == '(')
			return open_capture(p, s, item);
		if (*item == ')')
			return close_capture(p, s, item);
		if (*item == '$' && item + 1 == p->text_end)
			return s == p->subject_end ? s : NULL;
		if (*item == '%' && next == 'b') {
			s = match_balance(p, s, item + 2);
			item += 4;
		} else if (*item == '%' && next == 'f') {
			if (!at_frontier(p, s, item + 2, &item))
				return NULL;
		} else if (*item == '%' && is_number((unsigned char)next)) {
			s = match_again(p, s, next);
			item += 2;
		} else if (!match_item(p, &s, &item, &found)) {
			return found;
		}
		if (s == NULL)
			return NULL;
	}
	return stopped(p) ? NULL : s;
}

static const char *match(struct pattern *p, const char *s, const char *item)
{
	if (p->depth == PATTERN_DEPTH_MAX)
		return refuse(p, "pattern too complex");
	p->depth++;
	const char *found = match_from(p, s, item);
	p->depth--;
	return found;
}

const char *pattern_match(struct pattern *p, const char *at)
{
	p->n_captures = 0;
	p->depth = 0;
	const char *found = match(p, at, p->text);
	for (int i = 0; found != NULL && i < p->n_captures; i++)
		if (p->captures[i].length == PATTERN_OPEN)
			found = refuse(p, "malformed pattern (unfinished capture)");
	return stopped(p) ? NULL : found;
}
